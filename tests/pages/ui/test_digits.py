"""Digits in HTML: each opens its numbers, and no caption gets into the markup."""

import re

import numpy as np

from pages.ui import digits

IMAGES = np.arange(3 * 784).reshape(3, 784).astype(np.uint8)


def test_each_digit_is_a_button_and_tab_stops_once_at_a_group():
    shown = digits.strip(IMAGES)
    assert shown.count('class="digit" role="button"') == 3
    assert re.findall(r'tabindex="(-?\d)"', shown) == ["0", "-1", "-1"]


def test_captions_are_escaped():
    shown = digits.strip(IMAGES[:1], ['<b>"7"\nsure'])
    assert "<b>" not in shown and 'alt="&lt;b&gt;&quot;7&quot;, sure"' in shown
