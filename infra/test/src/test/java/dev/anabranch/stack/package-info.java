/** The stack in containers, started, used, damaged and taken away as its users would. */
package dev.anabranch.stack;
