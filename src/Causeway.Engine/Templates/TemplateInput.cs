using System.Text.Json;

namespace Causeway.Engine.Templates;

/// <summary>What a chat template is rendered with. Everything in JSON is a stranger's: its text spells no control tokens.</summary>
public sealed record TemplateInput
{
    /// <summary>An array of messages as the templates know them: role, content, tool_calls with arguments as objects or as text.</summary>
    public required JsonElement Messages { get; init; }

    /// <summary>An array of tools, or null: the template sees none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Whether the prompt ends where the assistant is to go on.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary><c>bos_token</c>.</summary>
    public string StartSpelling { get; init; } = "";

    /// <summary><c>eos_token</c>.</summary>
    public string EndSpelling { get; init; } = "";

    /// <summary>More variables, such as <c>enable_thinking</c>; one named like another replaces it.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The clock of <c>strftime_now</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
