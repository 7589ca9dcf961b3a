"""Tables as programs write them: the same digits come out, or a message says what is wrong."""

import bz2
import codecs
import gzip
import zipfile

import numpy as np
import pytest

from data import DataError
from data.formats.csv import read_table

NAMES = [f"pixel{number}" for number in range(784)]
GRID = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
UNIT = 1 / 255


@pytest.fixture
def digits(arrays):
    """12 images with the label of each in front, as whole numbers; their corners are paper."""
    images = arrays.test_images[:12].copy()
    images[:, [0, -1]] = 0
    return np.column_stack([np.arange(12) % 10, images]).astype(int)


@pytest.fixture
def read(tmp_path):
    """Write text or bytes into a file, and read it."""

    def read(content, name="digits.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path)

    return read


@pytest.fixture
def refuses(read):
    """Write a file that is wrong; returns the message without its path."""

    def refuses(content, name="digits.csv"):
        with pytest.raises(DataError) as caught:
            read(content, name)
        message = str(caught.value)
        path, _, complaint = message.partition(f"{name}: ")
        assert path and complaint, message
        assert len(message) < 400
        return complaint

    return refuses


def written(rows, separator=",", end="\n", header=None, form=str, trail=""):
    """The text of a table."""
    lines = [separator.join(map(form, row)) + trail for row in rows]
    return end.join(([separator.join(header)] if header else []) + lines) + end


def last(rows):
    return np.column_stack([rows[:, 1:], rows[:, 0]])


def numbered(rows, start=0):
    return np.column_stack([np.arange(start, start + len(rows)), rows])


DIALECTS = {
    "plain": lambda d: written(d),
    "names": lambda d: written(d, header=["label", *GRID]),
    "names in capitals": lambda d: written(d, header=["Label", *map(str.upper, NAMES)]),
    "numbers as names": lambda d: written(d, header=map(str, range(785))),
    "label and numbers": lambda d: written(d, header=["label", *map(str, range(784))]),
    "names of pandas, made of an image": lambda d: written(
        d, header=["5", "0", *(f"0.{number}" for number in range(1, 784))]
    ),
    "floats": lambda d: written(d, form=lambda value: f"{value:.1f}"),
    "as NumPy saves them": lambda d: written(d, " ", form=lambda value: f"{value:.18e}"),
    "NumPy's comment as names": lambda d: "# " + written(d, header=["label", *NAMES]),
    "quoted": lambda d: written(
        d, header=[f'"{name}"' for name in ("class", *NAMES)], form=lambda value: f'"{value}"'
    ),
    "quoted names": lambda d: written(d, header=[f'"{name}"' for name in ("y", *NAMES)]),
    "quoted decimal commas": lambda d: written(d, ";", form=lambda v: f'"{v},0"'),
    "semicolons": lambda d: written(d, ";"),
    "semicolons and decimal commas": lambda d: written(d, ";", form=lambda value: f"{value},0"),
    "tabs": lambda d: written(d, "\t"),
    "bars": lambda d: written(d, "|", header=["label", *NAMES]),
    "spaces": lambda d: written(d, " ", trail=" "),
    "columns of equal width": lambda d: written(d, " ", form=lambda value: f"{value:6d}"),
    "a space after each comma": lambda d: written(d, ", "),
    "Excel's first line": lambda d: "sep=;\r\n" + written(d, ";", end="\r\n"),
    "Windows": lambda d: written(d, end="\r\n"),
    "old Macintosh": lambda d: written(d, end="\r"),
    "no line end": lambda d: written(d)[:-1],
    "blank lines": lambda d: "\n\n" + written(d, end="\n \n\n"),
    "blank rows of a spreadsheet": lambda d: written(d) + "," * 784 + "\n" + "," * 784 + "\n",
    "a trailing comma": lambda d: written(d, trail=","),
    "a trailing comma below names": lambda d: written(d, header=["label", *NAMES], trail=","),
    "a trailing comma everywhere": lambda d: written(d, header=["label", *NAMES, ""], trail=","),
    "floats as names": lambda d: written(d, header=[f"{number}.0" for number in range(785)]),
    "names in quotes, with spaces": lambda d: written(
        d, header=['" Label "', *(f'"Pixel {number}"' for number in range(1, 785))]
    ),
    "comments": lambda d: "# digits\n#\n" + written(d) + "# the end\n",
    "Weka": lambda d: "@relation digits\n@data\n" + written(d),
    "an index": lambda d: written(numbered(d), header=["", "label", *NAMES]),
    "an unnamed index": lambda d: written(numbered(d), header=["Unnamed: 0", "label", *NAMES]),
    "an index without names": lambda d: written(numbered(d)),
    "an index from 1": lambda d: written(numbered(d, 1)),
    "an index that was shuffled": lambda d: written(
        np.column_stack([np.random.default_rng(0).permutation(999)[: len(d)], d])
    ),
    "an index with numbers as names": lambda d: written(
        numbered(d), header=["", *map(str, range(785))]
    ),
    "R's row names": lambda d: written(numbered(d, 1), header=["label", *NAMES]),
    "an id": lambda d: written(numbered(d, 500), header=["id", "label", *NAMES]),
    "names of files": lambda d: written(
        [(f"{n}.png", *row) for n, row in enumerate(d)], header=["file", "label", *NAMES]
    ),
    "a writer": lambda d: written(
        [(*row, f"Mr. {n}") for n, row in enumerate(d)], header=["label", *NAMES, "writer"]
    ),
    "label last, by its name": lambda d: written(last(d), header=[*NAMES, "class"]),
    "label last": lambda d: written(last(d)),
    "label last, behind an index": lambda d: written(numbered(last(d))),
    "label in the middle": lambda d: written(
        np.column_stack([d[:, 1:400], d[:, 0], d[:, 400:]]),
        header=[*NAMES[:399], "digit", *NAMES[399:]],
    ),
    "an unusual name for the label": lambda d: written(last(d), header=[*NAMES, "Ziffer"]),
    "columns in the order of their names": lambda d: written(
        np.column_stack([d[:, 0], d[:, 1 + np.argsort(NAMES)]]), header=["label", *sorted(NAMES)]
    ),
    "columns of pixels first": lambda d: written(
        np.column_stack([d[:, 0], d[:, 1:].reshape(-1, 28, 28).transpose(0, 2, 1).reshape(12, -1)]),
        header=["label", *np.reshape(GRID, (28, 28)).T.ravel()],
    ),
    "one of ten columns is 1": lambda d: written(np.column_stack([d[:, 1:], np.eye(10)[d[:, 0]]])),
    "one of ten columns is 1, first": lambda d: written(
        np.column_stack([np.eye(10)[d[:, 0]].astype(int), d[:, 1:]])
    ),
    "UTF-8 with a mark": lambda d: codecs.BOM_UTF8 + written(d).encode(),
    "UTF-16": lambda d: written(d, "\t", header=["label", *NAMES]).encode("utf-16"),
    "UTF-16 without a mark": lambda d: written(d).encode("utf-16-le"),
    "UTF-16 from the other end": lambda d: written(d).encode("utf-16-be"),
    "Latin-1": lambda d: written(d, header=["label", *NAMES[:-1], "Pixel_ä783"]).encode("latin-1"),
    "Latin-1 far below": lambda d: (f"# {'x' * 99}\n" * 999 + "# ä\n" + written(d)).encode(
        "latin-1"
    ),
    "gzip": lambda d: gzip.compress(written(d).encode()),
    "bzip2": lambda d: bz2.compress(written(d).encode()),
}


@pytest.mark.parametrize("write", DIALECTS.values(), ids=DIALECTS)
def test_the_same_digits_come_out_of_every_dialect(write, digits, read):
    table = read(write(digits))
    assert table.pixels.dtype == np.uint8
    assert np.array_equal(table.labels, digits[:, 0])
    assert np.array_equal(table.pixels, digits[:, 1:])


@pytest.mark.parametrize(
    ("dialect", "note"),
    [
        ("plain", None),
        ("names", None),
        ("numbers as names", None),
        ("an index", "Column 1 holds no pixels and was ignored."),
        ("an unnamed index", "Column 1 ('Unnamed: 0') holds no pixels and was ignored."),
        ("a writer", "Column 786 ('writer') holds no pixels and was ignored."),
        ("label last", "The labels are in the last column."),
        ("label last, by its name", "The labels are in the last column ('class')."),
        ("label in the middle", "The labels are in column 400 ('digit')."),
        ("columns in the order of their names", "The pixels are in the order of their columns'"),
        ("one of ten columns is 1", "The labels are in columns 785 to 794, one per class."),
        ("names of pandas, made of an image", "Line 1 is an image whose values became column"),
    ],
)
def test_a_note_tells_what_was_taken_for_what(dialect, note, digits, read):
    notes = read(DIALECTS[dialect](digits)).notes
    assert any(text.startswith(note) for text in notes) if note else notes == ()


def test_a_zip_of_one_table_is_read_and_others_are_counted(digits, read, refuses, tmp_path):
    for names in (["train.csv"], ["a.csv", "b.csv"], ["a.png"]):
        with zipfile.ZipFile(tmp_path / "packed", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (*names, "__MACOSX/._a.csv"):
                archive.writestr(name, written(digits))
        content = (tmp_path / "packed").read_bytes()
        if names == ["train.csv"]:
            assert np.array_equal(read(content, "train.csv.zip").pixels, digits[:, 1:])
        else:
            assert "expected one .csv file" in refuses(content, "train.csv.zip")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "content.xml"])
def test_a_spreadsheet_under_the_name_of_a_table_is_named(part, refuses, tmp_path):
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        for name in ("[Content_Types].xml", part, "data.txt"):
            archive.writestr(name, "<xml/>")
    assert "a spreadsheet, such as Excel's" in refuses((tmp_path / "book.xlsx").read_bytes())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<!DOCTYPE html>\n<html><title>404</title>", "a web page stands in its place"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "an old Excel workbook; save it as CSV"),
        (b"%PDF-1.4", "a PDF document"),
        (b"\x80\x04\x95", "a pickle"),
    ],
)
def test_what_stands_in_a_tables_place_is_named(content, complaint, refuses):
    assert complaint in refuses(content)
    assert complaint in refuses(gzip.compress(content))


def test_images_without_labels_have_none(digits, read):
    pixels, more = digits[:, 1:], np.tile(digits[:, 1:], (20, 1))
    for text in (
        written(pixels),
        written(pixels, header=NAMES),
        written(numbered(pixels, 1), header=["id", *NAMES]),
    ):
        table = read(text)
        assert table.labels is None
        assert np.array_equal(table.pixels, pixels)
    table = read(written(numbered(more)))  # 240 rows: no classes, but a count
    assert table.labels is None
    assert np.array_equal(table.pixels, more)


def test_a_single_image_is_a_table(digits, read):
    table = read(written(digits[3:4]))
    assert (table.labels.tolist(), table.pixels.shape) == ([3], (1, 784))
    assert read(written(digits[:1, 1:])).labels is None


def test_labels_sorted_by_class_do_not_look_like_the_corner_of_a_picture(digits, read):
    """The first lines, all of one class, tell nothing about which column holds the labels."""
    rows = np.repeat(digits[:10], 60, axis=0)
    table = read(written(rows))
    assert np.array_equal(table.labels, rows[:, 0])
    table = read(written(last(rows)))
    assert np.array_equal(table.labels, rows[:, 0])


def test_two_classes_of_which_one_is_rare_are_found_behind_the_pixels(digits, read):
    digits[:, 0] = np.arange(12) % 5 == 0
    assert np.array_equal(read(written(last(digits))).labels, digits[:, 0])


def test_images_of_one_class_keep_their_label_in_front(digits, read):
    digits[:, 0] = 3
    assert read(written(digits)).labels.tolist() == [3] * 12


@pytest.mark.parametrize(
    "words",
    ["abcdefghijkl", ["zero", "one", "two", "three", "four", "five"] * 2, "0123AB0123AB"],
    ids=["letters", "words", "digits and letters"],
)
def test_labels_may_be_words(words, digits, read):
    rows = [[word, *row[1:]] for word, row in zip(words, digits.tolist(), strict=True)]
    for header in (None, ["label", *NAMES]):
        assert read(written(rows, header=header)).labels.tolist() == list(words)
    behind = [[*row[1:], row[0]] for row in rows]
    assert read(written(behind)).labels.tolist() == list(words)


@pytest.mark.parametrize("side", [8, 16, 20, 32])
def test_squares_of_other_sizes_are_read_as_they_are(side, read):
    random = np.random.default_rng(0)
    rows = np.column_stack([np.arange(30) % 10, random.integers(0, 17, (30, side**2))])
    table = read(written(rows))
    assert table.pixels.shape == (30, side**2)
    assert np.array_equal(table.labels, rows[:, 0])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (0.25, 200.5)])
def test_fractions_stay_as_they_are(low, high, digits, read):
    pixels = low + digits[:, 1:] / 255 * (high - low)
    table = read(written(np.column_stack([digits[:, 0], pixels])))
    assert table.pixels.dtype == np.float32
    assert np.allclose(table.pixels, pixels)


def test_true_and_false_are_one_and_zero(digits, read):
    rows = [[label, *(value > 127 for value in row)] for label, *row in digits.tolist()]
    table = read(written(rows))
    assert np.array_equal(table.pixels, digits[:, 1:] > 127)


def changed(digits, line, column, value):
    rows = digits.astype(object)
    rows[line - 1, column - 1] = value
    return rows


@pytest.mark.parametrize("line", [1, 9])
@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        (6, "x", "column 6 (a pixel): 'x' is not a number"),
        (6, "", "column 6 (a pixel): there is no value"),
        (6, "nan", "column 6 (a pixel): 'nan' is not a number"),
        (6, "-inf", "column 6 (a pixel): '-inf' is not a number"),
        (6, "256", "column 6 (a pixel): pixel 256; pixels must be 0 to 255"),
        (6, "-1", "column 6 (a pixel): pixel -1; pixels must be 0 to 255"),
        (6, "1e9", "column 6 (a pixel): pixel 1e9"),
        (6, "9" * 4_000, "column 6 (a pixel): pixel 99999999999999999999;"),
        (6, "<b>bold</b>" * 99, "column 6 (a pixel): '<b>bold</b><b>bold</…' is not a number"),
        (785, "x", "column 785 (a pixel): 'x' is not a number"),
        (785, "-1", "column 785 (a pixel): pixel -1"),
        (2, "", "column 2 (a pixel): there is no value"),
        (1, "", "column 1 (the label): there is no value"),
        (1, "seven", "column 1 (the label): 'seven' is not a whole number"),
        (1, "2.5", "column 1 (the label): label 2.5; labels must be whole numbers from 0 to 99"),
        (1, "-1", "column 1 (the label): label -1; labels must be whole numbers from 0 to 99"),
        (1, "100", "column 1 (the label): label 100"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_column(line, column, value, complaint, digits, refuses):
    rows = np.vstack([digits, digits])
    assert refuses(written(changed(rows, line, column, value))).startswith(
        f"line {line}: {complaint}"
    )


def test_names_of_columns_are_in_the_message(digits, refuses):
    text = written(changed(digits, 2, 7, "x"), header=["label", *NAMES])
    assert refuses(text).startswith("line 3: column 7 ('pixel5', a pixel): 'x'")
    text = written(changed(last(digits), 2, 785, "2.5"), header=[*NAMES, "class"])
    assert refuses(text).startswith("line 3: column 785 ('class', the label): label 2.5")


@pytest.mark.parametrize("line", [1, 2, 12])
@pytest.mark.parametrize("count", [1, 784, 786, 900])
def test_a_ragged_line_is_named_with_what_was_expected(line, count, digits, refuses):
    lines = written(digits).splitlines()
    lines[line - 1] = ",".join(["1"] * count)
    kind = "column" if count == 1 else "columns"
    assert refuses("\n".join(lines)) == (
        f"line {line}: {count} {kind}; expected 785: the label and 784 pixels."
    )


def test_lines_are_counted_with_names_comments_and_blank_lines(digits, refuses):
    lines = ["# made by hand", ",".join(["label", *NAMES]), "", *written(digits).splitlines()]
    lines[6] = "1,2"
    assert refuses("\n".join(lines)).startswith("line 7: 2 columns; expected 785")


def test_a_fault_far_below_is_found(digits, refuses):
    lines = written(np.tile(digits, (1_000, 1))).splitlines()
    lines[11_111] += "x"
    assert refuses("\n".join(lines)).startswith("line 11,112: column 785 (a pixel): '0x'")


def test_an_index_is_told_from_the_expected_columns(digits, refuses):
    lines = written(numbered(digits), header=["", "label", *NAMES]).splitlines()
    lines[3] = "1,2"
    assert "expected 786: 1 ignored and the label and 784 pixels" in refuses("\n".join(lines))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"\n\n \r\n", "holds only blank lines"),
        (",".join(["label", *NAMES]).encode(), "column names, but no images below them"),
        (",".join(["label", *NAMES]).encode() + b"\n\n", "column names, but no images below"),
        (b"1,2,3\n4,5,6\n", "line 1: 3 columns; expected 785: the label and 784 pixels"),
        (b"\n\n1,2,3\n4,5,6\n", "line 3: 3 columns; expected 785"),
        (b"a,b,c\n1,2\n3,4\n", "line 2: 2 columns; expected 3, as many as there are names"),
        (b"hello\nworld\n", "line 2: 1 column; expected 785"),
        (b"\0\1\2\3" * 100, "not a text file"),
        (bytes(range(256)) * 9, "not a text file"),
        (b"7" * 100_000, "line 1: 1 column; expected 785"),
        (b"10," * 80_000 + b"\n", "line 1: 80,000 columns; expected 785"),
        (b"7" * 3_000_000, "line 1: longer than"),
        (b"1,2\n" * 30_000 + b"1" * 3_000_000, "line 1: 2 columns; expected 785"),
        (b'1,"2', "line 1: 2 columns"),
        (b"PK\3\4 not a zip", "damaged: File is not a zip file"),
        (gzip.compress(b"1,2,3")[:-9], "truncated"),
        (gzip.compress(b"1,2,3")[:-9] + b"123456789", "damaged"),
    ],
)
def test_a_file_without_a_table_of_images_is_refused(content, complaint, refuses):
    assert complaint in refuses(content)


def test_a_line_that_never_ends_is_not_read_to_its_end(digits, refuses):
    text = written(digits) + "0," * 1_000_000
    assert refuses(text) == "line 13: longer than 262,144 bytes; expected one image per line."


def test_a_quotation_mark_that_is_not_closed_is_named(digits, refuses):
    lines = written(digits, form=lambda value: f'"{value}"').splitlines()
    lines[5] = lines[5][:-1]
    assert "quotation mark" in refuses("\n".join(lines))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(digits, refuses):
    bomb = gzip.compress((",".join(["0"] * 785) + "\n").encode() * 13_000)
    assert len(bomb) < 50_000
    assert "unpacks to more than 200 times its" in refuses(bomb)
