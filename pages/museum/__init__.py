"""The page Museum: trainings that went wrong, to be diagnosed before they are uncovered."""
