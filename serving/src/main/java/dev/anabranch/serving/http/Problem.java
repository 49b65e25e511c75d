package dev.anabranch.serving.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that is an error: {@code application/problem+json} (RFC 9457).
 *
 * @param status 400 to 599
 * @param detail what is wrong with its values, why, and what to do
 * @param parameter the request's parameter that is to blame
 * @param members more of the document: texts, or lists of texts
 * @param headers of the answer, beside the type of its content
 */
public record Problem(
    int status,
    String detail,
    Optional<String> parameter,
    Map<String, Object> members,
    Map<String, String> headers) {

  /** Seconds after which a client may try again what the server cannot do just now. */
  static final int RETRY_AFTER_SECONDS = 1;

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("Status " + status + " is no error");
    }
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  static Problem of(int status, String detail) {
    return new Problem(status, detail, Optional.empty(), Map.of(), Map.of());
  }

  Problem with(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(status, detail, parameter, more, headers);
  }

  Problem withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, detail, parameter, members, more);
  }

  /** Something is not there yet, or too much is asked for at once: worth another try. */
  static Problem unavailable(String detail) {
    return of(503, detail).withHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
  }
}
