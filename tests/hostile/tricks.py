"""Writes a directory of tricks, or checks that it is what would be written."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'vectors'))


def main(room, tricks):
    directory = os.path.join(HERE, room)
    if sys.argv[1] == 'make':
        for name, content in tricks.items():
            with open(os.path.join(directory, name), 'wb') as f:
                f.write(content)
        return
    found = {}
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), 'rb') as f:
            found[name] = f.read()
    assert found == tricks, sorted(set(found.items()) ^ set(tricks.items()))[:1]
