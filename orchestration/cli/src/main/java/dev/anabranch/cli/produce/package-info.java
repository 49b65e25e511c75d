/**
 * Makes events: visitors whose sessions lead from visits to forms, clicks and purchases, with late
 * events, copies and malformed records among them. All of it follows from the seed and the start.
 */
package dev.anabranch.cli.produce;
