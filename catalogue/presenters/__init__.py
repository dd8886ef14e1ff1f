"""What readers see of courses and regions: plain values that templates only lay out."""
