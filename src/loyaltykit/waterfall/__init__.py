"""An order's sums, worked out in one fixed sequence: price, charged, redeemed, payable, awards. Pure."""
