package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads bodies of requests: no body, or one JSON object of known text fields. */
final class Bodies {
  static final int MAX_BYTES = 1 << 20;

  /** A body over this is refused at once, unread. */
  private static final long MAX_DROPPED_BYTES = 64L << 20;

  private static final JsonFactory FACTORY = JsonFactory.builder().build();
  private static final Pattern JSON_TYPE =
      Pattern.compile(
          "application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?\\s*",
          Pattern.CASE_INSENSITIVE);

  private Bodies() {}

  /**
   * The fields of the body that are there; none without a body.
   *
   * @throws ProblemException 413 over 1 MiB, 415 for a body that is not declared as JSON, 400 for
   *     one that is not one JSON object of these fields
   */
  static Map<String, String> fields(Context ctx, Set<String> known) {
    byte[] body = read(ctx);
    if (body.length == 0) {
      return Map.of();
    }
    requireJson(ctx);
    try (JsonParser json = FACTORY.createParser(text(body))) {
      return object(json, known);
    } catch (JsonProcessingException e) {
      throw ProblemException.of(
          400, "The body is not valid JSON: %s.".formatted(Shown.text(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Context ctx) {
    if (ctx.req().getContentLengthLong() > MAX_DROPPED_BYTES) {
      throw tooLarge();
    }
    try {
      InputStream in = ctx.req().getInputStream();
      byte[] body = in.readNBytes(MAX_BYTES + 1);
      if (body.length > MAX_BYTES) {
        drop(in);
        throw tooLarge();
      }
      return body;
    } catch (IOException e) {
      throw ProblemException.of(400, "The body did not arrive whole.");
    }
  }

  /**
   * Reads on for a while: a connection that is closed on a client that still sends is reset, and
   * the client never sees why.
   */
  private static void drop(InputStream in) throws IOException {
    byte[] buffer = new byte[65_536];
    long dropped = 0;
    int read = in.read(buffer);
    while (read >= 0 && dropped < MAX_DROPPED_BYTES) {
      dropped += read;
      read = in.read(buffer);
    }
  }

  private static ProblemException tooLarge() {
    return new ProblemException(
        Problem.of(413, "The body is over %d bytes; send a smaller one.".formatted(MAX_BYTES))
            .withHeader("Connection", "close"));
  }

  private static void requireJson(Context ctx) {
    String type = Optional.ofNullable(ctx.req().getContentType()).orElse("");
    String encoding = Optional.ofNullable(ctx.header("Content-Encoding")).orElse("identity");
    if (!JSON_TYPE.matcher(type.strip()).matches() || !encoding.equalsIgnoreCase("identity")) {
      throw new ProblemException(
          Problem.of(
                  415,
                  "The body's type is %s%s; send application/json in UTF-8."
                      .formatted(
                          type.isEmpty() ? "not given" : Shown.quoted(type),
                          encoding.equalsIgnoreCase("identity")
                              ? ""
                              : ", encoded as " + Shown.quoted(encoding)))
              .withHeader("Accept", Json.TYPE));
    }
  }

  /** From bytes the parser would also take UTF-16 and UTF-32, and some of what is not UTF-8. */
  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.of(400, "The body is not valid UTF-8.");
    }
  }

  private static Map<String, String> object(JsonParser json, Set<String> known) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw ProblemException.of(400, "The body is not a JSON object.");
    }
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (!known.contains(name)) {
        throw ProblemException.badParameter(
            name, "The body's field %s is unknown.".formatted(Shown.quoted(name)));
      }
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw ProblemException.badParameter(
            name, "The body's field %s is not a string.".formatted(name));
      }
      if (fields.put(name, json.getText()) != null) {
        throw ProblemException.badParameter(
            name, "The body's field %s is given twice.".formatted(name));
      }
    }
    if (json.nextToken() != null) {
      throw ProblemException.of(400, "The body goes on behind its JSON object.");
    }
    return fields;
  }
}
