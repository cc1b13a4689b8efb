"""
The currencies of ISO 4217, as its table of 1 January 2026 lists them, with their minor units.

The table is embedded because the sources that print money disagree with ISO on some 13 codes (CLDR gives the Iraqi
dinar no decimals, ISO three); what may be paid is ISO's word.
"""

from __future__ import annotations

from typing import Final, final

from loyaltykit.errors import UnknownCurrency
from loyaltykit.values.immutable import Immutable
from loyaltykit.values.text import nearest

# Codes to which ISO gives no minor unit (metals, drawing rights, tests) are counted in whole units.
_CODES_BY_DIGITS: Final = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
        XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
        COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
        STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

CURRENCY_DIGITS: Final[dict[str, int]] = {
    code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()
}
"""Every current code with the decimals of its minor unit: 2 for RUB (kopecks), 0 for JPY."""


@final
class Currency(Immutable):
    """
    A currency: its ISO 4217 *code*, in capitals, and the *digits* of its minor unit. There is one object a code.

    Raises `UnknownCurrency` for a code that isn't current.

    Examples:
        >>> from loyaltykit import Currency
        >>> Currency("JPY").digits, Currency("RUB").digits
        (0, 2)
        >>> Currency("RUB") is Currency("RUB")
        True
    """

    __slots__ = ("code", "digits")

    code: str
    digits: int

    def __new__(cls, code: str) -> Currency:
        """Give the one object for *code*."""
        return (_KNOWN.get(code) if type(code) is str else None) or cls._made(code)

    @classmethod
    def _made(cls, code: str) -> Currency:
        if str(code) not in CURRENCY_DIGITS or not isinstance(code, str):
            close = nearest(str(code).upper(), CURRENCY_DIGITS)
            hint = f"did you mean {close}?" if close else "write its three capitals, such as RUB"
            message = f"{code!r} is no current ISO 4217 currency: {hint}"
            raise UnknownCurrency(message, value=code)
        self = object.__new__(cls)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "digits", CURRENCY_DIGITS[code])
        return _KNOWN.setdefault(code, self)

    def __reduce__(self) -> tuple[type[Currency], tuple[str]]:
        """Pickle by code, so that there's one object a code everywhere."""
        return (Currency, (self.code,))

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Currency({self.code!r})"

    def __str__(self) -> str:
        """Give the code."""
        return self.code


_KNOWN: dict[str, Currency] = {}
