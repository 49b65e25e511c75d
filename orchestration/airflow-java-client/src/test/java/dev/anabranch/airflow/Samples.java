package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.anabranch.airflow.AirflowException.Category;
import java.net.URI;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of failures and answers share. */
final class Samples {

  /** A run as Airflow shows it. */
  static final String RUN =
      """
      {"dag_id":"dag","dag_run_id":"scheduled__2026-01-01T00:00:00+00:00","state":"running",
       "run_type":"scheduled","queued_at":null,"start_date":"2026-11-22T10:00:00.5Z"}""";

  static final String PASSWORD = "hush-hush";

  private Samples() {}

  /** A client that does not wait long. */
  static AirflowClient client(URI url) {
    return new AirflowClient(
        new AirflowSettings(
            url,
            new Credentials("user", PASSWORD),
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            3,
            Duration.ofMillis(1)));
  }

  static AirflowException failure(Category category, ThrowingCallable call) {
    AirflowException e = catchThrowableOfType(AirflowException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.category()).isEqualTo(category);
    return e;
  }
}
