"""What is redrawn while something trains, without flicker. Leans on Streamlit's inner workings."""
