"""Every layout in which people have digits opens as the same digits in IDX, under its own name."""

import bz2
import gzip

import numpy as np
import pytest

import data
from data import names
from data.finding import places
from data.preparing import reading
from data.preparing.sizes import enlarge
from tests.data import layouts
from tests.data.layouts import MNIST, four, npz, parquet, pictures, table, write

DOTTED = [name.replace("-idx", ".idx") for name in MNIST]
QMNIST = [
    "qmnist-train-images-idx3-ubyte.gz",
    "qmnist-train-labels-idx2-int.gz",
    "qmnist-test-images-idx3-ubyte.gz",
    "qmnist-test-labels-idx2-int.gz",
]


def emnist(split, packed=True):
    parts = [f"{part}-{what}" for part in ("train", "test") for what in ("images", "labels")]
    return [
        f"emnist-{split}-{part}-idx{3 if 'images' in part else 1}-ubyte{'.gz' if packed else ''}"
        for part in parts
    ]


def square(images):
    return images.reshape(-1, 28, 28)


def writers_information(labels):
    """QMNIST's labels: eight numbers for each image, of which the class is the first."""
    rest = np.arange(7) + np.zeros((len(labels), 1), int)
    return layouts.idx(np.column_stack([labels, rest]), 0x0C)


def keras(folder, a):
    npz(
        folder / "mnist.npz",
        x_train=square(a[0]),
        y_train=a[1],
        x_test=square(a[2]),
        y_test=a[3],
    )


def kmnist(folder, a):
    for part, images, labels in (("train", *a[:2]), ("test", *a[2:])):
        npz(folder / f"kmnist-{part}-imgs.npz", arr_0=square(images))
        npz(folder / f"kmnist-{part}-labels.npz", arr_0=labels)


def one_npz_for_each_part(folder, a):
    npz(folder / "digits_train.npz", images=square(a[0])[:, None], labels=a[1].astype(float))
    npz(folder / "digits_test.npz", images=square(a[2])[..., None], labels=np.eye(10)[a[3]])


def four_npy(folder, a):
    folder.mkdir()
    for name, array in zip(("x_train", "y_train", "x_test", "y_test"), a, strict=True):
        np.save(folder / f"{name}.npy", array.astype(np.float64))


def medmnist(folder, a):
    npz(
        folder / "mnist.npz",
        train_images=square(a[0]),
        train_labels=a[1][:, None],
        val_images=square(a[2]),
        val_labels=a[3][:, None],
        test_images=square(a[2]),
        test_labels=a[3][:, None],
    )


def csv(folder, a, names_of_files=("train.csv", "test.csv"), **options):
    for name, images, labels in zip(names_of_files, (a[0], a[2]), (a[1], a[3]), strict=True):
        write(folder / name, table(images, labels, **options))


def csv_gz(folder, a):
    for name, images, labels in (("mnist_train", *a[:2]), ("mnist_test", *a[2:])):
        write(folder / f"{name}.csv.gz", gzip.compress(table(images, labels).encode()))


def xy_csv(folder, a):
    for part, images, labels in (("train", *a[:2]), ("test", *a[2:])):
        text = "\n".join(",".join(map(str, row)) for row in images.tolist())
        write(folder / f"X_{part}.csv", text)
        write(folder / f"y_{part}.csv", "label\n" + "\n".join(map(str, labels.tolist())))


def picture_folders(folder, a, parts=("training", "testing"), **options):
    pictures(folder / parts[0], *a[:2], **options)
    pictures(folder / parts[1], *a[2:], **options)


def hugging_face(folder, a, places_=("mnist/train-00000-of-00001", "mnist/test-00000-of-00001")):
    parquet(folder / f"{places_[0]}.parquet", *a[:2])
    parquet(folder / f"{places_[1]}.parquet", *a[2:])


def shards(folder, a):
    for number in range(3):
        part = slice(40 * number, 40 * number + 40)
        parquet(folder / f"data/train-0000{number}-of-00003.parquet", a[0][part], a[1][part])
    parquet(folder / "data/test-00000-of-00001.parquet", *a[2:])


def libsvm(folder, a):
    for name, images, labels in (("digits", *a[:2]), ("digits.t", *a[2:])):
        lines = []
        for image, label in zip(images.tolist(), labels.tolist(), strict=True):
            pairs = [f"{k}:{v}" for k, v in enumerate(image, 1) if v or k == 784]
            lines.append(" ".join([str(label), *pairs]))
        write(folder / f"{name}.bz2", bz2.compress("\n".join(lines).encode()))


SAME = {
    "idx": lambda f, a: four(f, a),
    "dotted names": lambda f, a: four(f, a, DOTTED),
    "packed": lambda f, a: four(f, a, [f"{name}.gz" for name in MNIST]),
    "packed, dotted": lambda f, a: four(f, a, [f"{name}.gz" for name in DOTTED]),
    "underscores": lambda f, a: four(f, a, [n.replace("-", "_") for n in MNIST]),
    "folders named like files": lambda f, a: four(f, a, [f"{n}/{n}" for n in MNIST]),
    "archive": lambda f, a: four(f / "archive", a),
    "archive beside a note": lambda f, a: (write(f / "readme.txt", "hi"), four(f / "x/y", a)),
    "torchvision": lambda f, a: four(f / "MNIST" / "raw", a),
    "packed and unpacked": lambda f, a: (four(f, a), four(f, a, [f"{n}.gz" for n in MNIST])),
    "mnist.npz": keras,
    "npz for each part": one_npz_for_each_part,
    "npy": four_npy,
    "medmnist": medmnist,
    "train and test csv": csv,
    "colab": lambda f, a: csv(f, a, ("mnist_train_small.csv", "mnist_test.csv")),
    "folders of csv": lambda f, a: csv(f, a, ("mnist/train/data.csv", "mnist/test/data.csv")),
    "csv.gz": csv_gz,
    "images and labels in csv": xy_csv,
    "tra and tes": lambda f, a: csv(f, a, ("digits.tra", "digits.tes"), last=True),
    "spaces": lambda f, a: csv(f, a, ("train.txt", "test.txt"), separator=" "),
    "pictures": picture_folders,
    "train and test pictures": lambda f, a: picture_folders(f / "digits", a, ("train", "test")),
    "RGB pictures": lambda f, a: picture_folders(f, a, mode="RGB"),
    "BMP pictures": lambda f, a: picture_folders(f, a, suffix=".bmp", form="BMP"),
    "Hugging Face": hugging_face,
    "Hugging Face, flat": lambda f, a: hugging_face(f, a, ("train", "test")),
    "Hugging Face, converted": lambda f, a: hugging_face(f, a, ("train/0000", "test/0000")),
    "shards": shards,
    "libsvm": libsvm,
}


@pytest.mark.parametrize("layout", SAME)
def test_the_same_digits_have_the_same_fingerprint_in_every_layout(own_folders, arrays, layout):
    SAME[layout](own_folders / "mine", arrays)
    expected = data.load(four(own_folders / "plain", arrays))
    found = data.load(own_folders / "mine")
    assert found.fingerprint == expected.fingerprint
    assert found.class_names == names.DIGITS
    info = {info.name: info for info in data.available()}[found.name]
    assert info.here and not info.can_fetch
    assert data.load(found.name).fingerprint == expected.fingerprint


NAMED = {
    "MNIST": (names.DIGITS, "mnist", "MNIST, 150 digits"),
    "FashionMNIST": (names.CLOTHES, "fashion-mnist", "Fashion-MNIST, 150 images"),
    "KMNIST": (names.KUZUSHIJI, "kmnist", "Kuzushiji-MNIST, 150 images"),
}


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("named", ["{}/raw", "torch/{}/raw"])
def test_torchvisions_folders_have_their_own_names_not_raw(own_folders, arrays, kind, named):
    class_names, name, title = NAMED[kind]
    folder = four(own_folders / named.format(kind), arrays)
    for path in (folder, folder.parent, name):
        found = data.load(path)
        assert (found.class_names, found.name, found.title) == (class_names, name, title)
    assert name in {info.name for info in data.available()}


def test_torchvisions_whole_folder_holds_several_sets(own_folders, arrays):
    four(own_folders / "torch/MNIST/raw", arrays)
    four(own_folders / "torch/FashionMNIST/raw", [array[::-1] for array in arrays])
    listed = {info.name for info in data.available() if info.here}
    assert listed >= {"mnist", "fashion-mnist"}
    assert data.load("mnist").fingerprint != data.load("fashion-mnist").fingerprint


def test_kmnists_npz_have_kmnists_classes(own_folders, arrays):
    kmnist(own_folders / "japanese", arrays)
    found = data.load("japanese")
    assert (found.name, found.class_names) == ("kmnist", names.KUZUSHIJI)
    assert found.fingerprint == data.load(four(own_folders / "plain", arrays)).fingerprint


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("split", "first", "class_names"),
    [
        ("letters", 1, names.LETTERS),
        ("balanced", 0, names.BALANCED),
        ("bymerge", 0, names.BALANCED),
        ("byclass", 0, names.BY_CLASS),
        ("digits", 0, names.DIGITS),
        ("mnist", 0, names.DIGITS),
    ],
)
def test_emnist_is_turned_upright_and_has_its_classes(
    own_folders, arrays, split, first, class_names, packed
):
    count = len(class_names)
    theirs = arrays._replace(
        train_labels=np.arange(120, dtype=np.uint8) % count + first,
        test_labels=np.arange(30, dtype=np.uint8) % count + first,
    )
    four(own_folders / "EMNIST" / "raw", theirs, emnist(split, packed), turned=True)
    found = data.load(f"emnist-{split}")
    assert found.class_names == class_names
    assert np.array_equal(found.test_images, arrays.test_images)
    assert np.array_equal(found.test_labels, np.arange(30) % count)
    assert any("turned upright" in note for note in found.notes)
    assert data.load(own_folders / "EMNIST").fingerprint == found.fingerprint


def test_several_splits_of_emnist_in_one_folder_have_a_name_each(own_folders, arrays):
    for split in ("digits", "mnist"):
        four(own_folders / "EMNIST" / "raw", arrays, emnist(split), turned=True)
    assert {"emnist-digits", "emnist-mnist"} <= {info.name for info in data.available()}


def test_emnist_as_csv_is_turned_upright_too(own_folders, arrays):
    turned = [square(part).transpose(0, 2, 1).reshape(-1, 784) for part in arrays[::2]]
    theirs = (turned[0], arrays[1], turned[1], arrays[3])
    csv(own_folders / "kaggle", theirs, ("emnist-digits-train.csv", "emnist-digits-test.csv"))
    found = data.load("kaggle")
    assert found.name == "emnist-digits"
    assert np.array_equal(found.test_images, arrays.test_images)


def test_the_first_of_qmnists_numbers_is_the_class(own_folders, arrays):
    four(own_folders / "QMNIST" / "raw", arrays, QMNIST, labels=writers_information)
    found = data.load("qmnist")
    assert found.class_names == names.DIGITS
    assert found.fingerprint == data.load(four(own_folders / "plain", arrays)).fingerprint


@pytest.mark.parametrize(
    ("files", "how"),
    [
        (("fashion-mnist_train.csv", "fashion-mnist_test.csv"), csv),
        (("fashion_train.csv", "fashion_test.csv"), csv),
    ],
)
def test_files_that_say_fashion_hold_clothes(own_folders, arrays, files, how):
    how(own_folders / "kaggle", arrays, files)
    found = data.load("kaggle")
    assert (found.name, found.class_names) == ("fashion-mnist", names.CLOTHES)


def test_a_set_in_data_is_found_by_the_name_of_its_folder_too(own_folders, arrays):
    for folder in ("one", "two"):
        four(own_folders / folder / "MNIST" / "raw", arrays)
    assert {"mnist", "two"} <= {info.name for info in data.available()}
    assert data.load("one").fingerprint == data.load("two").fingerprint


@pytest.mark.parametrize("door", ["path", "text", "environment"])
def test_a_single_file_can_be_named(own_folders, tmp_path, arrays, monkeypatch, door):
    keras(tmp_path / "datasets", arrays)
    write(tmp_path / "datasets" / "other.csv", table(*arrays[:2]))
    path = tmp_path / "datasets" / "mnist.npz"
    if door == "environment":
        monkeypatch.setenv("ANN_DATA", str(path))
        found = data.load()
        assert data.default_name() in {info.name for info in data.available()}
    else:
        found = data.load(path if door == "path" else str(path))
    assert np.array_equal(found.test_images, arrays.test_images)


def test_training_digits_alone_give_a_fixed_stratified_test_set(own_folders, arrays):
    write(own_folders / "one" / "train.csv", table(*arrays[:2]))
    four(own_folders / "other", arrays[:2], MNIST[:2])
    one, other = data.load("one"), data.load("other")
    assert one.fingerprint == other.fingerprint
    assert (len(one.images), len(one.test_images)) == (102, 18)
    assert np.abs(np.bincount(one.test_labels, minlength=10) - 1.8).max() < 2
    assert any("18 of the 120 images" in note for note in one.notes)
    learned = {image.tobytes() for image in one.images}
    assert not learned & {image.tobytes() for image in one.test_images}


def test_kaggles_unlabeled_test_file_is_left_for_predict(own_folders, arrays):
    write(own_folders / "kaggle" / "train.csv", table(*arrays[:2]))
    text = "\n".join(",".join(map(str, row)) for row in arrays.test_images.tolist())
    write(own_folders / "kaggle" / "test.csv", text)
    write(own_folders / "kaggle" / "sample_submission.csv", "ImageId,Label\n1,0\n2,0\n")
    found = data.load("kaggle")
    assert len(found.images) + len(found.test_images) == 120
    assert any("30 images without labels" in note for note in found.notes)


@pytest.mark.parametrize(
    ("labels", "class_names"),
    [
        (np.arange(150) % 26 + 1, names.LETTERS),
        (np.arange(150) % 26, names.LETTERS),
        (np.arange(150) % 47, names.BALANCED),
        (np.arange(150) % 62, names.BY_CLASS),
        (np.arange(150) % 2 * 5 + 3, ("3", "8")),
        (np.arange(150) % 12, tuple(map(str, range(12)))),
    ],
)
def test_a_set_has_its_own_classes(own_folders, arrays, labels, class_names):
    labels = labels.astype(np.uint8)
    theirs = arrays._replace(train_labels=labels[:120], test_labels=labels[120:])
    found = data.load(four(own_folders / "mine", theirs))
    assert found.class_names == class_names
    assert sorted(set(found.labels)) == list(range(len(class_names)))


def test_folders_of_pictures_name_their_classes(own_folders, arrays):
    words = np.array(["cat", "dog", "owl"])[arrays.train_labels % 3]
    pictures(own_folders / "pets", arrays.train_images, words)
    found = data.load("pets")
    assert found.class_names == ("cat", "dog", "owl")
    assert len(found.images) + len(found.test_images) == 120


def test_parquet_that_names_its_classes(own_folders, arrays):
    import json

    from pyarrow import parquet as pq

    clothes = [f"kind {label}" for label in range(10)]
    features = {"info": {"features": {"label": {"names": clothes, "_type": "ClassLabel"}}}}
    for part, images, labels in (("train", *arrays[:2]), ("test", *arrays[2:])):
        path = parquet(own_folders / "hf" / f"{part}.parquet", images, labels)
        made = pq.read_table(path)
        described = {b"huggingface": json.dumps(features).encode()}
        pq.write_table(made.replace_schema_metadata(described), path)
    assert data.load("hf").class_names == tuple(clothes)


def test_uci_digits_are_enlarged_like_those_of_mnist_uci(own_folders):
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = digits.data[:100].astype(int), digits.target[:100]
    write(own_folders / "uci" / "optdigits.tra", table(images[:60], labels[:60], last=True))
    write(own_folders / "uci" / "optdigits.tes", table(images[60:], labels[60:], last=True))
    found = data.load("uci")
    assert found.name == "optdigits"
    expected = [enlarge(image / 16) for image in digits.images[60:100]]
    assert np.array_equal(found.test_images, expected)
    assert any("8 × 8" in note and "enlarged" in note for note in found.notes)
    # the embedded ones are the same digits
    embedded = {image.tobytes() for image in data.load("mnist-uci").images}
    assert {image.tobytes() for image in found.test_images} <= embedded


def test_semeions_ten_last_numbers_are_the_class(own_folders, arrays):
    images = (square(arrays.train_images)[:, 6:22, 6:22] > 100).reshape(-1, 256).astype(int)
    lines = [
        " ".join(
            [*(f"{pixel:.4f}" for pixel in image), *("01"[int(k == label)] for k in range(10)), ""]
        )
        for image, label in zip(images, arrays.train_labels, strict=True)
    ]
    write(own_folders / "semeion" / "semeion.data", "\n".join(lines))
    found = data.load("semeion")
    counts = np.bincount(np.concatenate([found.labels, found.test_labels]))
    assert np.array_equal(counts, np.bincount(arrays.train_labels))
    assert found.class_names == names.DIGITS
    assert any("16 × 16" in note for note in found.notes)


@pytest.mark.parametrize("kind", ["zip.train", "usps.bz2"])
def test_usps_is_read_in_both_forms_that_are_text(own_folders, arrays, kind):
    images = square(arrays.train_images)[:, ::2, ::2][:, :14, :14]
    images = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(-1, 256) / 127.5 - 1
    parts = []
    for image, label in zip(images[:60], arrays.train_labels, strict=False):
        if kind == "usps.bz2":
            pairs = " ".join(f"{k}:{value:.4f}" for k, value in enumerate(image, 1))
            parts.append(f"{label + 1} {pairs}")
        else:
            parts.append(f"{label:.4f} " + " ".join(f"{value:.3f}" for value in image))
    names_of_files = ("usps.bz2", "usps.t.bz2") if kind == "usps.bz2" else ("zip.train", "zip.test")
    for name, lines in zip(names_of_files, (parts[:40], parts[40:]), strict=True):
        content = "\n".join(lines).encode()
        write(own_folders / "USPS" / name, bz2.compress(content) if "bz2" in name else content)
    found = data.load("usps")
    assert found.test_labels.tolist() == arrays.train_labels[40:60].tolist()
    assert found.class_names == names.DIGITS
    assert any("16 × 16" in note for note in found.notes)
    assert any("-1 to 1" in note for note in found.notes)


def test_larger_images_are_shrunk_and_a_wide_frame_is_cut_off(own_folders, arrays):
    framed = [
        np.pad(square(part), ((0, 0), (2, 2), (2, 2))).reshape(-1, 1024) for part in arrays[::2]
    ]
    theirs = (framed[0], arrays[1], framed[1], arrays[3])
    found = data.load(four(own_folders / "mine", theirs))
    assert found.fingerprint == data.load(four(own_folders / "plain", arrays)).fingerprint
    assert any("32 × 32" in note for note in found.notes)
    doubled = [square(part).repeat(2, 1).repeat(2, 2).reshape(-1, 56 * 56) for part in arrays[::2]]
    theirs = (doubled[0], arrays[1], doubled[1], arrays[3])
    found = data.load(four(own_folders / "double", theirs))
    assert np.array_equal(found.test_images, arrays.test_images)


def test_notes_are_kept_with_the_data_set(own_folders, arrays):
    write(own_folders / "one" / "train.csv", table(*arrays[:2]))
    first, again = data.load("one"), data.load("one")
    assert first.notes and first.notes == again.notes
    assert {info.name: info for info in data.available()}["one"].notes == first.notes


def test_the_lab_looks_only_so_deep_and_at_so_many_folders(own_folders, arrays, monkeypatch):
    four(own_folders / "deep" / "/".join("abcdefgh"), arrays)
    with pytest.raises(data.DataError, match="found: nothing"):
        data.load("deep")
    for number in range(30):
        (own_folders / "wide" / f"{number:02d}").mkdir(parents=True)
    four(own_folders / "wide" / "99", arrays)
    assert data.load("wide")
    monkeypatch.setattr("data.finding.scan.MOST_FOLDERS", 20)
    with pytest.raises(data.DataError, match="found: nothing"):
        data.load(places.HERE / "wide")


def test_a_list_does_not_look_at_every_picture_again_but_notices_new_ones(
    own_folders, arrays, monkeypatch
):
    folder = pictures(own_folders / "mine", *arrays[:2])
    assert data.load("mine").title == "mine, 120 images"
    listed = {info.name: info for info in data.available()}["mine"]
    with monkeypatch.context() as patch:
        patch.setattr(reading, "hashlib", None)  # it cannot look at them
        assert {info.name: info for info in data.available()}["mine"] == listed
    write(folder / str(arrays.test_labels[0]) / "99999.png", layouts.picture(arrays.test_images[0]))
    assert data.load("mine").title == "mine, 121 images"
    one = folder / str(arrays.train_labels[0]) / "00000.png"
    write(one, layouts.picture(255 - arrays.train_images[0]))
    changed = data.load("mine")
    assert (255 - arrays.train_images[0]).tobytes() in {
        image.tobytes() for image in np.concatenate([changed.images, changed.test_images])
    }
