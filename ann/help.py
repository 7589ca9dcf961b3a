"""What each hyperparameter does to the network, and what to try, in a learner's words."""

HELP = {
    "hidden_sizes": (
        "How many hidden layers stand between the pixels and the answer, and how many neurons "
        "each has. More neurons can draw finer borders between digits and take longer. Try "
        "one layer of 10, then 128 and 64. In links: 128-64, or none for no hidden layer."
    ),
    "activation": (
        "The bend in every hidden neuron. With identity there is none, and all layers "
        "together are no more than one. Try sigmoid with four layers: it learns slowly, "
        "because its gradients shrink on the way back."
    ),
    "initializer": (
        "How the weights are drawn before training. He suits ReLU, Xavier (Glorot) tanh and "
        "sigmoid, LeCun linear layers. Try zeros: all neurons of a layer stay alike and the "
        "network learns next to nothing."
    ),
    "init_scale": (
        "Standard deviation of the weights for the plain normal initializer. Too small and "
        "the signal dies out from layer to layer; too large and it explodes."
    ),
    "batch_norm": (
        "Shifts and scales what enters each activation to mean 0 and variance 1 over the "
        "batch, then lets the network choose its own shift and scale. Deep, narrow networks "
        "train more steadily. Try it with layers of 20, 7 and 5."
    ),
    "optimizer": (
        "The rule that turns gradients into steps. SGD follows the gradient; momentum and "
        "Nesterov keep rolling; RMSprop and Adam give each weight a step size of its own. Try "
        "SGD with ten times the learning rate of Adam or more."
    ),
    "learning_rate": (
        "The size of each step. Too small: the loss creeps. Too large: it jumps about or "
        "flies off to infinity. Find the largest that still goes down smoothly; Adam likes "
        "0.001, plain SGD 0.1."
    ),
    "schedule": (
        "How the learning rate changes during training. Large steps first get near, small "
        "steps at the end settle. Try cosine, or one_cycle with three times the learning "
        "rate."
    ),
    "decay": ("By what the schedule multiplies the learning rate each time."),
    "decay_every": (
        "Epochs between two decays; for plateau, epochs without a better validation loss."
    ),
    "warmup": (
        "The share of the training in which one_cycle raises the learning rate before it lets "
        "it fall."
    ),
    "momentum": (
        "How much of the last step goes into the next one. At 0.9 ten steps in one direction "
        "add up; too much and the ball rolls past the valley."
    ),
    "batch_size": (
        "Digits seen before each step. Small batches take many noisy steps, large ones few "
        "and smooth ones. Larger than the training set means the whole set. Digits left over "
        "at the end of an epoch, too few for a batch, are left out: the next epoch is "
        "shuffled anew."
    ),
    "epochs": (
        "How often the training goes through all training digits. Stop when the validation "
        "curve no longer improves."
    ),
    "patience": (
        "Early stopping: after this many epochs without a better validation loss the training "
        "ends, and the best weights are restored. 0 is off. Without validation digits nothing "
        "stops early."
    ),
    "clip_norm": (
        "A gradient longer than this is shortened to it, so that one bad batch cannot throw "
        "the network off. 0 is off. Try 1 where the loss jumps."
    ),
    "ema": (
        "The network that is measured and kept is a running average of the weights over the last "
        "steps: at 0.999 over about a thousand. Steps that jump to and fro cancel out. 0 is off. "
        "Try 0.999 and watch the validation curve become smooth."
    ),
    "dropout": (
        "The share of hidden neurons switched off at random in each training step. No neuron "
        "can rely on another, which works against learning by heart. Try 0.5 with wide layers "
        "and watch the gap between the curves."
    ),
    "l2": (
        "Adds (l2/2)·Σ‖W‖² to the loss, which pulls every weight towards 0 in proportion to "
        "its size. Try 0.0001 to 0.001; at 0.1 little is learned."
    ),
    "l1": (
        "Adds l1·Σ|W| to the loss, which pulls every weight towards 0 by the same amount, so "
        "that many end near 0. Try 0.00001."
    ),
    "max_norm": (
        "No hidden neuron's incoming weights may be longer than this; after each step they are "
        "shortened to it. 0 is off. Try 3 together with dropout."
    ),
    "weight_decay": (
        "AdamW shrinks every weight by learning_rate · weight_decay in each step, apart from "
        "the gradient."
    ),
    "label_smoothing": (
        "The target asks for a little of every class instead of all of one, so that the "
        "network does not grow too sure of itself. Try 0.1 and look at the reliability "
        "diagram."
    ),
    "augment_shift": (
        "Each training digit is moved by up to so many pixels, another way each time. A network "
        "that has seen digits off center reads drawings better. Try 2. Validation and test digits "
        "stay as they are."
    ),
    "augment_rotation": (
        "Each training digit is turned by up to so many degrees, either way. Try 12; at 45 a 7 and "
        "a 1 begin to look alike."
    ),
    "augment_scale": (
        "Each training digit is made larger or smaller by up to this share. Try 0.12."
    ),
    "augment_shear": (
        "Each training digit is slanted by up to so many pixels per pixel of height, as in "
        "italics. Try 0.1."
    ),
    "augment_elastic": (
        "Each training digit is bent like rubber: its pixels wander by about so many pixels, "
        "neighbors together. The closest to how a hand differs from itself. Try 1.2; at 3 digits "
        "fall apart."
    ),
    "scaling": (
        "Where the gray levels lie that enter the network: unit is 0 to 1, symmetric -1 to 1, "
        "standard has mean 0 and variance 1 over the training digits."
    ),
    "validation_fraction": (
        "The share of the training digits that is kept aside to judge settings by. The "
        "network never learns from them. With 0 there are no validation curves."
    ),
    "seed": (
        "Decides every random draw: first weights, order of the digits, dropout. The same "
        "seed repeats a run exactly; another one shows how much was luck."
    ),
}
