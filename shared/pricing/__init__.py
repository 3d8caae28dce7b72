"""What work costs: the price list, the settings behind it, and estimates. For who buys and who allows it."""
