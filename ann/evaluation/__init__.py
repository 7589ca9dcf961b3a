"""How good a network is and what it cost: metrics, calibration, significance, cost."""
