"""Set the sliders and train."""

from pages.ui import controls, frame

frame.open_page("Train", "Choose a network, press start, and watch it learn.")
controls.edit_recipe()
