"""A program that behaves as libFuzzer does, in short; `act` is filled in."""

TEXT = '''\
#!/usr/bin/python3
import os, signal, struct, sys, time
options = dict(a[1:].split("=", 1) for a in sys.argv[1:] if a[0] == "-")
folders = [a for a in sys.argv[1:] if a[0] != "-"]

def say(text):
  print(text, file=sys.stderr, flush=True)

def tally(executions, operations):
  with open(os.environ["LOCKSTEP_TALLY"], "a+b") as file:
    file.seek(0)
    old = struct.unpack("=6Q", file.read() or bytes(48))
    file.truncate(0)
    file.write(struct.pack("=6Q", old[0] + executions, old[1] + operations,
                           old[2] + 10**8, old[3] + operations, *old[4:]))

def begin(executions=100, inputs=2):
  say("#%%d\\tINITED cov: 17 ft: 30 corp: %%d/3Kb exec/s: 0 rss: 30Mb"
      %% (executions, inputs))
  for i in range(inputs):
    open(os.path.join(folders[0], "input%%d" %% i), "w").close()
  tally(executions, 50 * executions)

def turn():  # How often it has crashed before.
  return sum("." not in n for n in os.listdir(options["artifact_prefix"]))

def crash(report, line=3):
  path = options["artifact_prefix"] + "crash-%%d" %% turn()
  open(path, "w").close()
  say(report)
  say("==7== ERROR: libFuzzer: deadly signal")
  say("    #0 0x1f in lockstep::Here() /usr/include/c++/12/memory:8:1")
  say("    #1 0x2f in lockstep::There() models/there.cc:%%d:3" %% line)
  say("artifact_prefix='x'; Test unit written to " + path)
  say("stat::number_of_executed_units: 120")
  sys.exit(77)

if "merge" in options:
  open(os.path.join(folders[0], "merged"), "w").close()
  sys.exit(0)

def act():
%s

act()
say("#200\\tDONE   cov: 19 ft: 31 corp: 3/4Kb exec/s: 9 rss: 31Mb")
time.sleep(float(options["max_total_time"]))
'''
