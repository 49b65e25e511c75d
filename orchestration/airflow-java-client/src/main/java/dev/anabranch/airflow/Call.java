package dev.anabranch.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;

/**
 * A request that is wanted.
 *
 * @param path encoded, from the slash after the base URL on
 * @param query encoded, empty for none
 * @param isRepeatable whether twice is the same as once, so that a lost answer does no harm
 * @param isOpen whether it goes without a token
 */
record Call(
    String method,
    String path,
    String query,
    Optional<JsonNode> body,
    boolean isRepeatable,
    boolean isOpen) {

  Call {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
    Objects.requireNonNull(query);
    Objects.requireNonNull(body);
  }

  static Call get(String path) {
    return new Call("GET", path, "", Optional.empty(), true, false);
  }

  static Call post(String path, JsonNode body) {
    return new Call("POST", path, "", Optional.of(body), false, false);
  }

  static Call patch(String path, JsonNode body) {
    return new Call("PATCH", path, "", Optional.of(body), false, false);
  }

  Call query(String encoded) {
    return new Call(method, path, encoded, body, isRepeatable, isOpen);
  }

  Call repeatable() {
    return new Call(method, path, query, body, true, isOpen);
  }

  Call open() {
    return new Call(method, path, query, body, isRepeatable, true);
  }

  AirflowException failure(
      AirflowException.Category category, int status, String reason, Throwable cause) {
    return new AirflowException(category, status, method, path, reason, cause);
  }
}
