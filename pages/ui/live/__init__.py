"""What is redrawn while something trains, without flicker.

It relies on the inner workings of Streamlit and Plotly, as seen in Streamlit 1.67 and Plotly 7.
"""
