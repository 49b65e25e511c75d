/**
 * Structured Streaming, one program a screen: each is a command of {@code ./anabranch recipe} and
 * has a page in {@code docs/recipes}.
 */
package dev.anabranch.recipe;
