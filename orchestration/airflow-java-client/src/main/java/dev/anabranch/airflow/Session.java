package dev.anabranch.airflow;

import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.Wire.Answer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Gets calls through: with a token that is good, and again where that is safe and may help. */
final class Session {

  private static final Set<Category> MAY_PASS =
      Set.of(Category.BUSY, Category.UNREACHABLE, Category.TIMEOUT);

  private final Wire wire;
  private final Tokens tokens;
  private final int tries;
  private final Duration pause;

  Session(AirflowSettings settings) {
    wire = new Wire(settings);
    tokens = new Tokens(wire, settings.credentials());
    tries = settings.tries();
    pause = settings.pause();
  }

  /**
   * Sends a call.
   *
   * @return the answer, of 2xx
   * @throws AirflowException for any other, or none
   */
  Answer send(Call call) throws InterruptedException {
    Duration wait = pause;
    for (int left = tries - 1; ; left--) {
      try {
        return once(call);
      } catch (AirflowException e) {
        // Where the login failed, the call itself has not been sent.
        boolean isSafe = call.isRepeatable() || e.path().equals(Tokens.PATH);
        if (left == 0 || !isSafe || !MAY_PASS.contains(e.category())) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
      wait = wait.multipliedBy(2);
    }
  }

  private Answer once(Call call) throws InterruptedException {
    Answer answer;
    if (call.isOpen()) {
      answer = wire.send(call, "");
    } else {
      String token = tokens.current();
      answer = wire.send(call, token);
      if (Tokens.isRefused(answer)) {
        answer = wire.send(call, tokens.renewed(token));
      }
    }
    if (!answer.isSuccess()) {
      throw Failures.of(call, answer);
    }
    return answer;
  }
}
