package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
  private static final Set<String> KNOWN = Set.of("from", "channel", "limit");

  private static Parameters parse(String query) {
    return Parameters.parse(Optional.of(query), KNOWN);
  }

  private static Problem problem(String query) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> parse(query));
    assertThat(e).as(query).isNotNull();
    return e.problem();
  }

  @Test
  void aPlusIsAPlusButInFreeTexts() {
    Parameters parameters =
        parse("from=2026-11-22T10:15:00+02:00&channel=paid+social,a%2Bb,gr%C3%B6%C3%9Fer");
    assertThat(parameters.text("from")).contains("2026-11-22T10:15:00+02:00");
    assertThat(parameters.listOfTexts("channel")).contains(List.of("paid social", "a+b", "größer"));
    assertThat(parse("from=a%2Bb").text("from")).contains("a+b");
  }

  @Test
  void commasMayBeEncoded() {
    assertThat(parse("channel=a%2Cb,c").list("channel")).contains(List.of("a", "b", "c"));
  }

  @Test
  void emptyPairsAreNothing() {
    assertThat(parse("").text("from")).isEmpty();
    assertThat(parse("&&limit=5&").text("limit")).contains("5");
    assertThat(Parameters.parse(Optional.empty(), KNOWN).text("limit")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "nothing=1, nothing",
    "From=1, From",
    "limit=1&limit=1, limit",
    "limit=1&lim%69t=2, limit",
    "limit, limit",
    "limit=, limit",
    "limit=&limit=5, limit",
    "=5, ''",
    "limit=%, limit",
    "limit=%5, limit",
    "limit=%zz, limit",
    "limit=%ff, limit",
    "limit=%C0%80, limit",
    "limit=%ED%A0%80, limit",
    "limit=%00, limit",
    "limit=5%0A, limit",
    "limit=%7F, limit",
    "%ff=1, %ff",
    "limit%00=1, limitU+0000",
    "a[]=1, a[]",
  })
  void oneParameterIsToBlame(String query, String blamed) {
    Problem problem = problem(query);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.parameter()).contains(blamed);
  }

  @Test
  void longNamesAreCut() {
    assertThat(problem("x".repeat(5_000)).parameter().orElseThrow()).hasSize(81);
  }

  @Test
  void listsHaveNoEmptyItems() {
    for (String query : List.of("channel=a,", "channel=,", "channel=a,,b", "channel=%2C")) {
      ProblemException e =
          catchThrowableOfType(ProblemException.class, () -> parse(query).list("channel"));
      assertThat(e.problem().parameter()).contains("channel");
    }
  }

  @Property
  void anyQueryIsReadOrRefused(@ForAll String query) {
    try {
      parse(query).listOfTexts("channel");
    } catch (ProblemException e) {
      assertThat(e.problem().status()).isEqualTo(400);
      assertThat(Json.bytes(e.problem())).isNotEmpty();
    }
  }
}
