package dev.anabranch.airflow;

import java.util.Objects;

/**
 * A request that Airflow refused, or that did not get there. The message names the request and
 * holds Airflow's own words, whatever their shape; never the password or a token.
 */
public final class AirflowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What kind of failure it is, and so what a caller can do. */
  public enum Category {
    /** 401, or 403 of a token that is no longer good: user or password are wrong. */
    UNAUTHORIZED,
    /** 403: the user may not do this. */
    FORBIDDEN,
    /** 404: no such DAG, run, task or try. */
    NOT_FOUND,
    /** 409: it is there already. */
    CONFLICT,
    /** Any other 4xx: the request itself is wrong. */
    INVALID,
    /** 429, 502, 503, 504: Airflow or what stands before it is busy or starting. */
    BUSY,
    /** 500 and the other 5xx: Airflow failed. */
    SERVER,
    /** No connection, or it broke. */
    UNREACHABLE,
    /** No whole answer within the time limit. */
    TIMEOUT,
    /** An answer that is not Airflow's: another server's page, a redirect, JSON of another form. */
    UNREADABLE
  }

  private final Category category;
  private final int status;
  private final String method;
  private final String path;

  /**
   * @param status of HTTP, 0 where there was no answer
   * @param path as sent, without the query
   * @param reason what went wrong, in Airflow's words where it had any
   * @param cause or null
   */
  public AirflowException(
      Category category, int status, String method, String path, String reason, Throwable cause) {
    super(
        status == 0
            ? "%s %s: %s".formatted(method, path, reason)
            : "%s %s: %d %s".formatted(method, path, status, reason),
        cause);
    this.category = Objects.requireNonNull(category);
    this.status = status;
    this.method = Objects.requireNonNull(method);
    this.path = Objects.requireNonNull(path);
  }

  /** What kind of failure it is. */
  public Category category() {
    return category;
  }

  /** The HTTP status, 0 where there was no answer. */
  public int status() {
    return status;
  }

  /** The request's method. */
  public String method() {
    return method;
  }

  /** The request's path, without the query. */
  public String path() {
    return path;
  }
}
