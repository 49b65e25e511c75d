package dev.anabranch.airflow;

import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.Wire.Answer;

/** Which kind of failure an answer is. */
final class Failures {

  private Failures() {}

  static AirflowException of(Call call, Answer answer) {
    return call.failure(category(answer), answer.status(), ErrorText.of(answer), null);
  }

  static Category category(Answer answer) {
    return switch (answer.status()) {
      case 401 -> Category.UNAUTHORIZED;
      case 403 -> Tokens.isRefused(answer) ? Category.UNAUTHORIZED : Category.FORBIDDEN;
      case 404 -> Category.NOT_FOUND;
      case 409 -> Category.CONFLICT;
      case 429, 502, 503, 504 -> Category.BUSY;
      default ->
          switch (answer.status() / 100) {
            case 4 -> Category.INVALID;
            case 5 -> Category.SERVER;
            default -> Category.UNREADABLE;
          };
    };
  }
}
