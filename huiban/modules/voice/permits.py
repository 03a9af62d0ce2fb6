"""What posts may be permitted to do with cases."""

from huiban.kernel.access.permits import declare

READ = declare("voice.read", "Read cases in scope, and the counts.")
TRIAGE = declare("voice.triage", "Accept, categorise, divert and dispatch what reaches the unit.")
HANDLE = declare("voice.handle", "Handle, answer, return, escalate and defer what the unit owes.")
GUIDE = declare("voice.guide", "Answer or pass on as an estate branch.")
VERIFY = declare("voice.verify", "Verify answers, review bad ratings, call residents back.")
READ_CONTACT = declare("voice.read_contact", "Read a resident's contact; each look is recorded.")
ERASE = declare("voice.erase", "Carry out a resident's request for erasure.")
