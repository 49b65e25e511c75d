package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Writes answers as JSON, without a tree of them in memory. */
final class Json {
  static final String TYPE = "application/json";
  static final String PROBLEM_TYPE = "application/problem+json";

  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private Json() {}

  /** What an answer says. */
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static void answer(Context ctx, int status, Body body) {
    ctx.status(status).contentType(TYPE);
    ByteArrayOutputStream whole = new ByteArrayOutputStream(8_192);
    try {
      // In one piece: each piece that is sent by itself waits for a core by itself.
      write(whole, body);
      ctx.res().setContentLength(whole.size());
      whole.writeTo(ctx.res().getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with a problem, instead of whatever the answer was to be. */
  static void answer(Context ctx, Problem problem) {
    if (ctx.res().isCommitted()) {
      // Half an answer is on its way: the client must not take it for a whole one.
      ServletContextRequest.getServletContextRequest(ctx.req())
          .getServletChannel()
          .abort(new IOException(problem.detail()));
      return;
    }
    ctx.res().resetBuffer();
    ctx.status(problem.status()).contentType(PROBLEM_TYPE);
    problem.headers().forEach(ctx::header);
    ctx.result(bytes(problem));
  }

  static byte[] bytes(Problem problem) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(bytes, json -> write(json, problem));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(OutputStream out, Body body) throws IOException {
    JsonGenerator json = FACTORY.createGenerator(out);
    body.write(json);
    json.close();
  }

  private static void write(JsonGenerator json, Problem problem) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "about:blank");
    json.writeStringField("title", Titles.of(problem.status()));
    json.writeNumberField("status", problem.status());
    json.writeStringField("detail", problem.detail());
    if (problem.parameter().isPresent()) {
      json.writeStringField("parameter", problem.parameter().get());
    }
    for (Map.Entry<String, Object> member : problem.members().entrySet()) {
      json.writeFieldName(member.getKey());
      if (member.getValue() instanceof List<?> texts) {
        json.writeStartArray();
        for (Object text : texts) {
          json.writeString(text.toString());
        }
        json.writeEndArray();
      } else {
        json.writeString(member.getValue().toString());
      }
    }
    json.writeEndObject();
  }
}
