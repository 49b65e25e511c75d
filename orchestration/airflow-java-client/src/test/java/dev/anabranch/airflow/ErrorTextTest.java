package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.airflow.Wire.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every shape of error that Airflow and what stands before it answer. */
class ErrorTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"detail\":\"Token Expired\"}|Token Expired",
        "{\"detail\":{\"reason\":\"Unique constraint violation\",\"statement\":\"INSERT\"}}|Unique constraint violation",
        "{\"detail\":{\"code\":7,\"hint\":{\"a\":[1,2]}}}|code: 7, hint: a: 1; 2",
        "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"conf\",0],\"msg\":\"Field required\",\"input\":\"secret\"},{\"loc\":[],\"msg\":\"No\"}]}|body.conf.0: Field required; : No",
        "{\"detail\":[\"one\",\"two\"]}|one; two",
        "{\"detail\":null,\"title\":\"Bad Gateway\"}|Bad Gateway",
        "{\"error\":\"Not found\"}|Not found",
        "{\"message\":\"upstream\"}|upstream",
        "{\"other\":1}|{\"other\":1}",
        "<html><head><TITLE>502 Bad\tGateway</TITLE></head></html>|a page titled '502 Bad Gateway'",
        "<!DOCTYPE html><p>Sign in|a page",
        "upstream connect error|upstream connect error",
        "{\"detail\":|{\"detail\":",
        "``|without a reason",
        "` `|without a reason",
      })
  void becomesOneLine(String body, String words) {
    assertThat(ErrorText.of(new Answer(400, "", body))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"é,500", "🜁,500"})
  void isCutBetweenCharacters(String character, int longest) {
    String text = ErrorText.of(new Answer(500, "", character.repeat(longest + 1)));
    assertThat(text).isEqualTo(character.repeat(longest) + "…");
  }
}
