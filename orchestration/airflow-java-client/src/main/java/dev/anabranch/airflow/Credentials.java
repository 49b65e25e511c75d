package dev.anabranch.airflow;

import java.util.Objects;

/** A user of Airflow's simple auth manager; the role {@code user} is enough for this client. */
public record Credentials(String user, String password) {

  public Credentials {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    if (user.isEmpty() || password.isEmpty()) {
      throw new IllegalArgumentException("Airflow's API needs a user and a password");
    }
  }

  /** Without the password, so that a log of settings does not hold it. */
  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
