"""Heroes and companions: one skeleton, many kinds."""
