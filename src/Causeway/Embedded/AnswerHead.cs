namespace Causeway.Embedded;

/// <summary>What all pieces of one answer have in common.</summary>
/// <param name="Id"><c>chatcmpl-…</c> or <c>cmpl-…</c>.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Model">As it was asked for.</param>
/// <param name="IsChat">False: a text completion.</param>
internal sealed record AnswerHead(string Id, long Created, string Model, bool IsChat)
{
    public static AnswerHead New(string model, bool isChat, TimeProvider time) => new((isChat ? "chatcmpl-" : "cmpl-") + AnswerIds.Letters(29), time.GetUtcNow().ToUnixTimeSeconds(), model, isChat);
}

/// <summary>What an answer used.</summary>
/// <param name="Prompt">Of all prompts, each counted once however many choices continue it.</param>
/// <param name="Cached">Tokens of the prompts that were not computed again.</param>
internal readonly record struct AnswerUsage(int Prompt, int Completion, int Cached);
