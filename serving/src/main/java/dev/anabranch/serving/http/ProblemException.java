package dev.anabranch.serving.http;

import java.util.Map;
import java.util.Optional;

/** Ends a request with a problem as its answer. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    // An answer, not a defect: nobody reads its stack.
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /** A parameter of the query or the path breaks its rule. */
  static ProblemException badParameter(String name, String detail) {
    String shown = Shown.text(name);
    return new ProblemException(new Problem(400, detail, Optional.of(shown), Map.of(), Map.of()));
  }

  static ProblemException of(int status, String detail) {
    return new ProblemException(Problem.of(status, detail));
  }
}
