"""The pages of the clusters' side, by theme. Each starts from what this person may read or change."""
