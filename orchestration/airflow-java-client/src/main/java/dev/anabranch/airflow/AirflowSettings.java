package dev.anabranch.airflow;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where Airflow is and how long to wait for it.
 *
 * @param url of the API server, with the path it is published under if there is one, without {@code
 *     /api/v2}
 * @param connectTimeout for a connection to stand
 * @param requestTimeout for one try of a request, its whole answer included
 * @param tries of a request that may be repeated, 1 or more
 * @param pause before the second try; each further pause is twice as long
 */
public record AirflowSettings(
    URI url,
    Credentials credentials,
    Duration connectTimeout,
    Duration requestTimeout,
    int tries,
    Duration pause) {

  public AirflowSettings {
    Objects.requireNonNull(credentials, "credentials");
    requirePositive(connectTimeout, "connectTimeout");
    requirePositive(requestTimeout, "requestTimeout");
    requirePositive(pause, "pause");
    if (tries < 1) {
      throw new IllegalArgumentException("tries is " + tries + ", and must be 1 or more");
    }
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new IllegalArgumentException("An http or https URL is needed, not " + url.getScheme());
    }
    if (url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
      // Not shown: what stands before the @ may be a password.
      throw new IllegalArgumentException(
          "The URL must be a scheme, a host, a port and a path, without a user and a query");
    }
  }

  /** Three tries of at most 30 s each, half a second after the first. */
  public static AirflowSettings of(URI url, Credentials credentials) {
    return new AirflowSettings(
        url, credentials, Duration.ofSeconds(5), Duration.ofSeconds(30), 3, Duration.ofMillis(500));
  }

  private static void requirePositive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " is " + duration + ", and must be positive");
    }
  }
}
