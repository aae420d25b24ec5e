// A law is tried on fewer inputs for each fault than on the code as it is: most faults break it on the first ones, and one
// that does not counts as unnoticed.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 25 });
