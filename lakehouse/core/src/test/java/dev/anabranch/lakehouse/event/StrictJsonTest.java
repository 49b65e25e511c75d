package dev.anabranch.lakehouse.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exactly one JSON object in strict RFC 8259 and valid UTF-8, and what is not. */
class StrictJsonTest {

  private static final String VISIT =
      "\"event_id\":\"e\",\"lead_id\":\"l\",\"event_type\":\"web_visit\","
          + "\"event_time\":\"2026-11-22T10:15:30Z\"";
  private static final long KAFKA_TIME = 1_795_342_530_000L;

  private final EventValidator validator = new EventValidator();

  @Test
  void aRecordWithoutAValueIsNotJson() {
    assertThat(validator.validate(null, KAFKA_TIME))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Reason.NOT_JSON));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "[]",
        "[{}]",
        "1",
        "-0",
        "\"x\"",
        "true",
        "null",
        "{",
        "}",
        "{]",
        "{}}",
        "{}{}",
        "{} x",
        "{},",
        "{}\u0000",
        "\u0000{}",
        "{}\f",
        "\u000b{}",
        "{}\u00a0",
        "\ufeff{}",
        "{}//",
        "{}/**/",
        "/**/{}",
        "{}#",
        "{}\u001e",
        "\u001e{}",
        "{}\u001a",
        "nul",
        "{}null"
      })
  void refusesWhatIsNotOneObject(String text) {
    assertNotJson(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'x':1",
        "x:1",
        "\"x\"",
        "\"x\":",
        "\"x\":1,",
        ",",
        "\"x\" 1",
        "\"x\":'y'",
        "\"x\":y",
        "\"x\":01",
        "\"x\":-01",
        "\"x\":00",
        "\"x\":+1",
        "\"x\":.5",
        "\"x\":5.",
        "\"x\":5.e1",
        "\"x\":1e",
        "\"x\":1e+",
        "\"x\":-",
        "\"x\":0x10",
        "\"x\":1_000",
        "\"x\":1f",
        "\"x\":NaN",
        "\"x\":-Infinity",
        "\"x\":Infinity",
        "\"x\":True",
        "\"x\":nullx",
        "\"x\":undefined",
        "\"x\":[1,]",
        "\"x\":[,1]",
        "\"x\":[1 2]",
        "\"x\":[1}",
        "\"x\":{1:2}",
        "\"x\":\"\t\"",
        "\"x\":\"\n\"",
        "\"x\":\"\u0000\"",
        "\"x\":\"\u001f\"",
        "\"x\n\":1",
        "\"\u0001\":1",
        "\"x\":\"\\x41\"",
        "\"x\":\"\\'\"",
        "\"x\":\"\\u00g0\"",
        "\"x\":\"\\u00\"",
        "\"x\":\"\\",
        "\"x\":\"\\U0041\"",
        "\"\\q\":1",
        "\"x\":\"unclosed",
        "\"x\":1 /* comment */",
        "\"x\":1 // comment\n",
        "\"x\":\u00a01",
        "\"x\":\u20281",
        "\"x\":\f1",
        "\"x\":1,\"x\":1",
        "\"x\":1,\"\\u0078\":2",
        "\"\":1,\"\":1",
        "\"event_id\":\"e\"",
        "\"page\":null,\"page\":\"/\"",
        "\"x\":{\"a\":1,\"b\":2,\"a\":3}",
        "\"x\":[[{\"a\":{\"b\":1,\"c\":[],\"b\":1}}]]",
        "\"x\":{\"\\ud800\":1,\"\\ud800\":1}"
      })
  void refusesMembersThatBreakTheGrammar(String member) {
    assertNotJson("{" + VISIT + "," + member + "}");
    assertNotJson("{" + member + "," + VISIT + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\":1e999999999",
        "\"x\":-0",
        "\"x\":-0.0E-0",
        "\"x\":0e99999999999",
        "\"x\":\"\u007f\u2028\"",
        "\"x\":\"\\/\\b\\f\\n\\r\\t\\\\\\\"\\u0000\"",
        "\"\":{}",
        " \t\r\n\"x\" \t\r\n: \t\r\n[ ] \t\r\n",
        "\"x\":{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}}}",
        "\"X\":1,\"x\":1",
        "\"\u0000x\":1"
      })
  void acceptsTheRest(String member) {
    if (member.startsWith("\"\u0000")) {
      assertNotJson("{" + VISIT + "," + member + "}");
    } else {
      assertAccepted("{" + VISIT + "," + member + "}");
      assertAccepted(" \r\n\t{" + member + "," + VISIT + "} \r\n\t");
    }
  }

  @Test
  void numbersMayHaveAThousandDigits() {
    String digits = "9".repeat(999);
    String[] good = {
      digits + "9",
      "-" + digits + "9",
      "0." + digits,
      "-0." + digits,
      "1e" + digits,
      "1E-" + digits,
      "9." + "0".repeat(998) + "e1"
    };
    String[] bad = {
      digits + "99",
      "-" + digits + "99",
      "0." + digits + "0",
      "1e+" + digits + "0",
      "99e" + digits,
      "1." + "0".repeat(998) + "e10",
      "1".repeat(20_000)
    };
    for (String shape : new String[] {"\"x\":%s", "\"x\":[{\"y\":[%s]}]", "\"amount\":%s"}) {
      for (String number : good) {
        assertAccepted("{" + VISIT + "," + shape.formatted(number) + "}");
      }
      for (String number : bad) {
        assertNotJson("{" + VISIT + "," + shape.formatted(number) + "}");
      }
    }
    assertNotJson("1".repeat(2_000));
  }

  @Test
  void nestingMayBeAThousandDeepWithTheObjectItself() {
    assertAccepted(nested("[", "]", 999));
    assertNotJson(nested("[", "]", 1_000));
    assertAccepted(nested("{\"a\":", "}", 999).replace("\"a\":}", "\"a\":1}"));
    assertNotJson(nested("{\"a\":", "}", 1_000).replace("\"a\":}", "\"a\":1}"));
    assertNotJson("{\"x\":" + "[".repeat(65_000));
    assertNotJson("[".repeat(65_536));
  }

  @Test
  void longTextsAndManyFieldsAreFine() {
    assertAccepted("{" + VISIT + ",\"note\":\"" + "x".repeat(65_000) + "\"}");
    assertAccepted("{" + VISIT + ",\"" + "x".repeat(65_000) + "\":1}");
    StringBuilder many = new StringBuilder("{").append(VISIT);
    for (int i = 0; i < 5_000; i++) {
      many.append(",\"f").append(i).append("\":1");
    }
    assertAccepted(many + "}");
    assertNotJson(many + ",\"f4999\":1}");
  }

  @Test
  void namesThatCollideOnPurposeAreFine() {
    StringBuilder many = new StringBuilder("{").append(VISIT);
    for (int i = 0; i < 1_024; i++) {
      many.append(",\"");
      for (int bit = 0; bit < 10; bit++) {
        many.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      many.append("\":0");
    }
    assertAccepted(many + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "80, continuation alone",
    "c3, cut in the middle",
    "c080, overlong NUL",
    "c1bf, overlong",
    "e09fbf, overlong",
    "f08fbfbf, overlong",
    "eda080, surrogate",
    "edbfbf, surrogate",
    "eda080edb080, pair of surrogates",
    "f4908080, beyond U+10FFFF",
    "f888808080, five bytes",
    "ff, never a byte",
    "e28228, bad continuation"
  })
  void refusesWhatIsNotUtf8(String hex, String what) {
    byte[] bad = HexFormat.of().parseHex(hex);
    for (String field : new String[] {"note", "page"}) {
      byte[] head = ("{" + VISIT + ",\"" + field + "\":\"").getBytes(StandardCharsets.UTF_8);
      assertNotJson(concat(head, bad, "\"}".getBytes(StandardCharsets.UTF_8)), what);
      assertNotJson(concat(head, bad), what);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void refusesOtherEncodings(String encoding) {
    assertNotJson(("{" + VISIT + "}").getBytes(Charset.forName(encoding)), encoding);
  }

  @Test
  void acceptsAllOfUnicodeInUtf8() {
    assertAccepted("{" + VISIT + ",\"page\":\"é€😀\uffff\ufeff\udbff\udfff\"}");
  }

  private static String nested(String open, String close, int depth) {
    return "{" + VISIT + ",\"x\":" + open.repeat(depth) + close.repeat(depth) + "}";
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private void assertAccepted(String json) {
    assertThat(validator.validate(json.getBytes(StandardCharsets.UTF_8), KAFKA_TIME))
        .as(json.substring(0, Math.min(300, json.length())))
        .isInstanceOf(Accepted.class);
  }

  private void assertNotJson(String json) {
    assertNotJson(json.getBytes(StandardCharsets.UTF_8), json);
  }

  private void assertNotJson(byte[] value, String what) {
    assertThat(validator.validate(value, KAFKA_TIME))
        .as(what.substring(0, Math.min(300, what.length())))
        .isInstanceOfSatisfying(
            Refused.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Reason.NOT_JSON);
              assertThat(r.detail()).doesNotContain("character -");
            });
  }
}
