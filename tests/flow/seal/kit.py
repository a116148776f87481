"""What the cases of `pista seal` and `pista open` share: a directory with an identity, its
recipient and a file of 3 MB."""
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'interop'))
sys.dont_write_bytecode = True

PISTA = sys.argv[1]
PLAIN = random.Random(7).randbytes(3000000)


class Place:
    def __init__(self, d):
        self.d = d
        self.identity = self.path('identity.txt')
        subprocess.run(['age-keygen', '-o', self.identity], check=True, stderr=subprocess.PIPE)
        self.recipient = subprocess.run(['age-keygen', '-y', self.identity], check=True,
                                        stdout=subprocess.PIPE).stdout.decode().strip()
        self.plain = self.write('plain', PLAIN)

    def path(self, name):
        return os.path.join(self.d, name)

    def write(self, name, data, mode=0o600):
        with open(self.path(name), 'wb') as f:
            f.write(data)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), 'rb') as f:
            return f.read()

    def names(self):
        return set(os.listdir(self.d))

    def pista(self, *args, status=0, data=b'', says=None):
        """Runs pista; returns its output. says: what must stand in its complaint, which is
        always one that names the command."""
        done = subprocess.run([PISTA, *args], input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        complaint = done.stderr.decode()
        assert done.returncode == status, (args, done.returncode, complaint)
        if status == 0:
            assert complaint == '', complaint
        else:
            assert complaint.startswith('pista: '), complaint
        for words in [says] if isinstance(says, str) else says or []:
            assert words in complaint, complaint
        return done.stdout


def case(function):
    with tempfile.TemporaryDirectory() as d:
        function(Place(d))
    print('ok', function.__doc__.split('\n')[0])
