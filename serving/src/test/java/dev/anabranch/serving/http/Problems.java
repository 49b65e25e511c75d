package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** What every error's answer must be. */
final class Problems {
  private Problems() {}

  static JsonNode check(RawHttp.Reply reply, int status) {
    assertThat(reply.status()).as(reply.head() + "\n" + reply.body()).isEqualTo(status);
    assertThat(reply.header("Content-Type").orElse("")).startsWith("application/problem+json");
    assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.header("Server")).isEmpty();
    return check(reply.json(), status);
  }

  static JsonNode check(JsonNode problem, int status) {
    assertThat(problem.path("type").asText()).isEqualTo("about:blank");
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("detail").asText()).isNotBlank().doesNotContain("Exception", "\tat ");
    return problem;
  }
}
