"""What the demo city rests on: assumptions, trades, and the ground it stands on."""
