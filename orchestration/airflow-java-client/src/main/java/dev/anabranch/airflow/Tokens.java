package dev.anabranch.airflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.Wire.Answer;

/** The token that requests carry: one for all threads, from one login at a time. */
final class Tokens {

  static final String PATH = "/auth/token";

  private final Wire wire;
  private final Credentials credentials;
  private String token = "";

  Tokens(Wire wire, Credentials credentials) {
    this.wire = wire;
    this.credentials = credentials;
  }

  /** The token in use; the first comes from a login. */
  synchronized String current() throws InterruptedException {
    if (token.isEmpty()) {
      token = login();
    }
    return token;
  }

  /** A new token instead of one that was refused, unless another thread has renewed it already. */
  synchronized String renewed(String refused) throws InterruptedException {
    if (token.equals(refused)) {
      token = login();
    }
    return token;
  }

  /**
   * Whether a login helps: the token has expired, or Airflow's secret is another since. Other 403
   * mean that the user may not do this.
   */
  static boolean isRefused(Answer answer) {
    return answer.status() == 401
        || (answer.status() == 403 && ErrorText.of(answer).equals("Invalid JWT token"));
  }

  private String login() throws InterruptedException {
    Call call =
        Call.post(
            PATH,
            JsonNodeFactory.instance
                .objectNode()
                .put("username", credentials.user())
                .put("password", credentials.password()));
    Answer answer = wire.send(call, "");
    if (!answer.isSuccess()) {
      // What stands between may send back what it got.
      String reason = ErrorText.of(answer).replace(credentials.password(), "…");
      throw call.failure(Failures.category(answer), answer.status(), reason, null);
    }
    String fresh = Json.tree(call, answer).path("access_token").asText();
    if (fresh.isEmpty()) {
      throw call.failure(Category.UNREADABLE, answer.status(), "without an access_token", null);
    }
    return fresh;
  }
}
