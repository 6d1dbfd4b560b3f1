export function NewProblem() { return null; }
