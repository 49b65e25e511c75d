/**
 * The serving layer: {@link dev.anabranch.serving.ServingMain} is the program, {@link
 * dev.anabranch.serving.Routes} all that it answers.
 */
package dev.anabranch.serving;
