"""What rules look at: the order as the host tells it, what is stored about a member, and what lies behind."""
