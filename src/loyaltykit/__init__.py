"""
Loyalty rules for taxi dispatch and booking: exact to the last minor unit, and able to say why.

Every public name stands here and is loaded when it's first asked for, so that importing the package costs next to
nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as checkers know it, without the 8 ms that importing typing takes
if TYPE_CHECKING:
    from typing import Any

    from loyaltykit.decision import Decision
    from loyaltykit.effects import (
        Advance,
        Award,
        CardPayment,
        CardPurchase,
        CardRelease,
        CardReturn,
        Clawback,
        Credit,
        Discount,
        Redeem,
        Release,
        Return,
        Share,
    )
    from loyaltykit.errors import (
        CodeTaken,
        CommitUnknown,
        Contended,
        ExcessDigits,
        InexactNumber,
        InvalidDistrictMap,
        InvalidValue,
        LoyaltyError,
        MissingExtra,
        MixedUnits,
        NaiveMoment,
        NoRevision,
        OperationMismatch,
        SettingsError,
        StoreTooNew,
        StoreUnavailable,
        UnknownCard,
        UnknownCurrency,
        UnknownOrder,
        UnreadableOrders,
        VersionConflict,
        ZoneNeeded,
    )
    from loyaltykit.facts.card_standing import CardStanding
    from loyaltykit.facts.code_use import CodeUse
    from loyaltykit.facts.history import DayOfVisits, History
    from loyaltykit.facts.invited import Invited
    from loyaltykit.facts.opening import OpeningMember
    from loyaltykit.facts.order import Order
    from loyaltykit.facts.referrers import Referrers
    from loyaltykit.facts.standing import Standing
    from loyaltykit.loyalty.async_loyalty import AsyncLoyalty
    from loyaltykit.loyalty.loyalty import Loyalty
    from loyaltykit.loyalty.observe import Committed, Replayed, Retried, Retry
    from loyaltykit.messages.notice_text import notice_text
    from loyaltykit.messages.words import fix_words, words
    from loyaltykit.notice import Notice
    from loyaltykit.operations.adjust import Adjustment
    from loyaltykit.operations.check_code import CodeCheck
    from loyaltykit.operations.clear_history import HistoryCleared
    from loyaltykit.operations.import_member import ExportPage, ImportRun, NotImported
    from loyaltykit.operations.issue_card import IssuedCard
    from loyaltykit.operations.issue_code import IssuedCode
    from loyaltykit.operations.join import Joined
    from loyaltykit.operations.notices import NoticePage, WaitingNotice
    from loyaltykit.operations.pay_out import Payout
    from loyaltykit.operations.recalculate import Move, Recalculated, RecalculationRun
    from loyaltykit.operations.run_due import DueRun, Skipped
    from loyaltykit.operations.set_tier import LevelSet
    from loyaltykit.operations.settlement import Carried, Settlement
    from loyaltykit.operations.statement import Statement, StatementLine
    from loyaltykit.operations.view import Expiring, MemberView
    from loyaltykit.operations.view_card import CardCheck, CardPage, CardView
    from loyaltykit.operations.view_tiers import TierView
    from loyaltykit.operations.view_worker import BonusProgress, WorkerView
    from loyaltykit.operations.worker_statement import WorkerLine, WorkerStatement
    from loyaltykit.program.files import read_program, read_revisions, write_program
    from loyaltykit.program.program import Branch, Program
    from loyaltykit.program.revisions import Revisions
    from loyaltykit.program.schema import program_schema
    from loyaltykit.program.words import program_in_words
    from loyaltykit.reason import Reason
    from loyaltykit.reports.card_sums import CardSums
    from loyaltykit.reports.cards import CardRow
    from loyaltykit.reports.csv_file import CsvFile
    from loyaltykit.reports.invited import InvitedRow
    from loyaltykit.reports.liability import LiabilityRow
    from loyaltykit.reports.point_sums import PointsSums
    from loyaltykit.reports.points import PointsRow
    from loyaltykit.reports.promos import PromoRow
    from loyaltykit.reports.referrals import ReferralRow
    from loyaltykit.reports.report import Report
    from loyaltykit.reports.surcharges import SurchargeRow
    from loyaltykit.reports.tier_endings import TierEnding
    from loyaltykit.reports.tier_moves import TierMove
    from loyaltykit.reports.tiers import TierRow
    from loyaltykit.reports.worker_bonuses import WorkerBonusRow
    from loyaltykit.reports.worker_codes import WorkerCodeRow
    from loyaltykit.reports.xlsx_file import XlsxFile
    from loyaltykit.rules.cashback import Cashback, CashbackStep, cashback_for
    from loyaltykit.rules.category import Category, CategoryChange, Criteria, categories_change_at, categories_for
    from loyaltykit.rules.codes import Codes
    from loyaltykit.rules.expiry import Expiry, expires_at
    from loyaltykit.rules.first_app_order import FirstAppOrder, first_app_order_for
    from loyaltykit.rules.gift_card import GiftCard, gift_card_for, valid_until
    from loyaltykit.rules.invitation import Invitation, invitation_for
    from loyaltykit.rules.level_moves import LevelMove, level_moves
    from loyaltykit.rules.notice import NoticeSettings, NoticeTemplate
    from loyaltykit.rules.promo import Promo, kept_promo, promo_for
    from loyaltykit.rules.redemption import Redemption, redemption_for
    from loyaltykit.rules.referral_split import ReferralSplit, Shares, referral_split_for
    from loyaltykit.rules.scope import Scope
    from loyaltykit.rules.service_points import ServicePoints, service_points_for
    from loyaltykit.rules.surcharge import Surcharge, surcharge_for
    from loyaltykit.rules.tier import Level, Tier, falls_at, lapses_at, level_for, tier_discount_for
    from loyaltykit.rules.tier_progress import Missing, TierProgress, tier_progress
    from loyaltykit.rules.worker_bonus import BonusStep, WorkerBonus
    from loyaltykit.settings.problem import Problem
    from loyaltykit.values.currency import Currency
    from loyaltykit.values.money import Money
    from loyaltykit.values.percent import Percent
    from loyaltykit.values.period import Period
    from loyaltykit.values.point_value import PointValue
    from loyaltykit.values.points import Points
    from loyaltykit.values.template import Template
    from loyaltykit.values.term import Term
    from loyaltykit.values.window import Window
    from loyaltykit.waterfall.breakdown import Breakdown
    from loyaltykit.waterfall.work_out import work_out

__version__ = "0.1.0"

_HOMES = {
    "Adjustment": "operations.adjust",
    "Advance": "effects",
    "AsyncLoyalty": "loyalty.async_loyalty",
    "Award": "effects",
    "BonusProgress": "operations.view_worker",
    "BonusStep": "rules.worker_bonus",
    "Branch": "program.program",
    "Breakdown": "waterfall.breakdown",
    "CardCheck": "operations.view_card",
    "CardPage": "operations.view_card",
    "CardPayment": "effects",
    "CardPurchase": "effects",
    "CardRelease": "effects",
    "CardReturn": "effects",
    "CardRow": "reports.cards",
    "CardStanding": "facts.card_standing",
    "CardSums": "reports.card_sums",
    "CardView": "operations.view_card",
    "Carried": "operations.settlement",
    "Cashback": "rules.cashback",
    "CashbackStep": "rules.cashback",
    "Category": "rules.category",
    "CategoryChange": "rules.category",
    "Clawback": "effects",
    "CodeCheck": "operations.check_code",
    "CodeTaken": "errors",
    "CodeUse": "facts.code_use",
    "Codes": "rules.codes",
    "CommitUnknown": "errors",
    "Committed": "loyalty.observe",
    "Contended": "errors",
    "Credit": "effects",
    "Criteria": "rules.category",
    "CsvFile": "reports.csv_file",
    "Currency": "values.currency",
    "DayOfVisits": "facts.history",
    "Decision": "decision",
    "Discount": "effects",
    "DueRun": "operations.run_due",
    "ExcessDigits": "errors",
    "Expiring": "operations.view",
    "Expiry": "rules.expiry",
    "ExportPage": "operations.import_member",
    "FirstAppOrder": "rules.first_app_order",
    "GiftCard": "rules.gift_card",
    "History": "facts.history",
    "HistoryCleared": "operations.clear_history",
    "ImportRun": "operations.import_member",
    "InexactNumber": "errors",
    "InvalidDistrictMap": "errors",
    "InvalidValue": "errors",
    "Invitation": "rules.invitation",
    "Invited": "facts.invited",
    "InvitedRow": "reports.invited",
    "IssuedCard": "operations.issue_card",
    "IssuedCode": "operations.issue_code",
    "Joined": "operations.join",
    "Level": "rules.tier",
    "LevelMove": "rules.level_moves",
    "LevelSet": "operations.set_tier",
    "LiabilityRow": "reports.liability",
    "Loyalty": "loyalty.loyalty",
    "LoyaltyError": "errors",
    "MemberView": "operations.view",
    "Missing": "rules.tier_progress",
    "MissingExtra": "errors",
    "MixedUnits": "errors",
    "Money": "values.money",
    "Move": "operations.recalculate",
    "NaiveMoment": "errors",
    "NoRevision": "errors",
    "NotImported": "operations.import_member",
    "Notice": "notice",
    "NoticePage": "operations.notices",
    "NoticeSettings": "rules.notice",
    "NoticeTemplate": "rules.notice",
    "OpeningMember": "facts.opening",
    "OperationMismatch": "errors",
    "Order": "facts.order",
    "Payout": "operations.pay_out",
    "Percent": "values.percent",
    "Period": "values.period",
    "PointValue": "values.point_value",
    "Points": "values.points",
    "PointsRow": "reports.points",
    "PointsSums": "reports.point_sums",
    "Problem": "settings.problem",
    "Program": "program.program",
    "Promo": "rules.promo",
    "PromoRow": "reports.promos",
    "Reason": "reason",
    "Recalculated": "operations.recalculate",
    "RecalculationRun": "operations.recalculate",
    "Redeem": "effects",
    "Redemption": "rules.redemption",
    "ReferralRow": "reports.referrals",
    "ReferralSplit": "rules.referral_split",
    "Referrers": "facts.referrers",
    "Release": "effects",
    "Replayed": "loyalty.observe",
    "Report": "reports.report",
    "Retried": "loyalty.observe",
    "Retry": "loyalty.observe",
    "Return": "effects",
    "Revisions": "program.revisions",
    "Scope": "rules.scope",
    "ServicePoints": "rules.service_points",
    "SettingsError": "errors",
    "Settlement": "operations.settlement",
    "Share": "effects",
    "Shares": "rules.referral_split",
    "Skipped": "operations.run_due",
    "Standing": "facts.standing",
    "Statement": "operations.statement",
    "StatementLine": "operations.statement",
    "StoreTooNew": "errors",
    "StoreUnavailable": "errors",
    "Surcharge": "rules.surcharge",
    "SurchargeRow": "reports.surcharges",
    "Template": "values.template",
    "Term": "values.term",
    "Tier": "rules.tier",
    "TierEnding": "reports.tier_endings",
    "TierMove": "reports.tier_moves",
    "TierProgress": "rules.tier_progress",
    "TierRow": "reports.tiers",
    "TierView": "operations.view_tiers",
    "UnknownCard": "errors",
    "UnknownCurrency": "errors",
    "UnknownOrder": "errors",
    "UnreadableOrders": "errors",
    "VersionConflict": "errors",
    "WaitingNotice": "operations.notices",
    "Window": "values.window",
    "WorkerBonus": "rules.worker_bonus",
    "WorkerBonusRow": "reports.worker_bonuses",
    "WorkerCodeRow": "reports.worker_codes",
    "WorkerLine": "operations.worker_statement",
    "WorkerStatement": "operations.worker_statement",
    "WorkerView": "operations.view_worker",
    "XlsxFile": "reports.xlsx_file",
    "ZoneNeeded": "errors",
    "cashback_for": "rules.cashback",
    "categories_change_at": "rules.category",
    "categories_for": "rules.category",
    "expires_at": "rules.expiry",
    "falls_at": "rules.tier",
    "first_app_order_for": "rules.first_app_order",
    "fix_words": "messages.words",
    "gift_card_for": "rules.gift_card",
    "invitation_for": "rules.invitation",
    "kept_promo": "rules.promo",
    "lapses_at": "rules.tier",
    "level_for": "rules.tier",
    "level_moves": "rules.level_moves",
    "notice_text": "messages.notice_text",
    "program_in_words": "program.words",
    "program_schema": "program.schema",
    "promo_for": "rules.promo",
    "read_program": "program.files",
    "read_revisions": "program.files",
    "redemption_for": "rules.redemption",
    "referral_split_for": "rules.referral_split",
    "service_points_for": "rules.service_points",
    "surcharge_for": "rules.surcharge",
    "tier_discount_for": "rules.tier",
    "tier_progress": "rules.tier_progress",
    "valid_until": "rules.gift_card",
    "words": "messages.words",
    "work_out": "waterfall.work_out",
    "write_program": "program.files",
}

__all__ = [
    "Adjustment",
    "Advance",
    "AsyncLoyalty",
    "Award",
    "BonusProgress",
    "BonusStep",
    "Branch",
    "Breakdown",
    "CardCheck",
    "CardPage",
    "CardPayment",
    "CardPurchase",
    "CardRelease",
    "CardReturn",
    "CardRow",
    "CardStanding",
    "CardSums",
    "CardView",
    "Carried",
    "Cashback",
    "CashbackStep",
    "Category",
    "CategoryChange",
    "Clawback",
    "CodeCheck",
    "CodeTaken",
    "CodeUse",
    "Codes",
    "CommitUnknown",
    "Committed",
    "Contended",
    "Credit",
    "Criteria",
    "CsvFile",
    "Currency",
    "DayOfVisits",
    "Decision",
    "Discount",
    "DueRun",
    "ExcessDigits",
    "Expiring",
    "Expiry",
    "ExportPage",
    "FirstAppOrder",
    "GiftCard",
    "History",
    "HistoryCleared",
    "ImportRun",
    "InexactNumber",
    "InvalidDistrictMap",
    "InvalidValue",
    "Invitation",
    "Invited",
    "InvitedRow",
    "IssuedCard",
    "IssuedCode",
    "Joined",
    "Level",
    "LevelMove",
    "LevelSet",
    "LiabilityRow",
    "Loyalty",
    "LoyaltyError",
    "MemberView",
    "Missing",
    "MissingExtra",
    "MixedUnits",
    "Money",
    "Move",
    "NaiveMoment",
    "NoRevision",
    "NotImported",
    "Notice",
    "NoticePage",
    "NoticeSettings",
    "NoticeTemplate",
    "OpeningMember",
    "OperationMismatch",
    "Order",
    "Payout",
    "Percent",
    "Period",
    "PointValue",
    "Points",
    "PointsRow",
    "PointsSums",
    "Problem",
    "Program",
    "Promo",
    "PromoRow",
    "Reason",
    "Recalculated",
    "RecalculationRun",
    "Redeem",
    "Redemption",
    "ReferralRow",
    "ReferralSplit",
    "Referrers",
    "Release",
    "Replayed",
    "Report",
    "Retried",
    "Retry",
    "Return",
    "Revisions",
    "Scope",
    "ServicePoints",
    "SettingsError",
    "Settlement",
    "Share",
    "Shares",
    "Skipped",
    "Standing",
    "Statement",
    "StatementLine",
    "StoreTooNew",
    "StoreUnavailable",
    "Surcharge",
    "SurchargeRow",
    "Template",
    "Term",
    "Tier",
    "TierEnding",
    "TierMove",
    "TierProgress",
    "TierRow",
    "TierView",
    "UnknownCard",
    "UnknownCurrency",
    "UnknownOrder",
    "UnreadableOrders",
    "VersionConflict",
    "WaitingNotice",
    "Window",
    "WorkerBonus",
    "WorkerBonusRow",
    "WorkerCodeRow",
    "WorkerLine",
    "WorkerStatement",
    "WorkerView",
    "XlsxFile",
    "ZoneNeeded",
    "cashback_for",
    "categories_change_at",
    "categories_for",
    "expires_at",
    "falls_at",
    "first_app_order_for",
    "fix_words",
    "gift_card_for",
    "invitation_for",
    "kept_promo",
    "lapses_at",
    "level_for",
    "level_moves",
    "notice_text",
    "program_in_words",
    "program_schema",
    "promo_for",
    "read_program",
    "read_revisions",
    "redemption_for",
    "referral_split_for",
    "service_points_for",
    "surcharge_for",
    "tier_discount_for",
    "tier_progress",
    "valid_until",
    "words",
    "work_out",
    "write_program",
]


def __getattr__(name: str) -> Any:
    """Load the module that defines *name*, and keep the name here."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what is public."""
    return [*__all__, "__version__"]
