namespace Causeway.Gateway.Upstreams;

/// <summary>What a caller asks an upstream to do. One byte, so that a call carries it for nothing.</summary>
public enum Operation : byte
{
    /// <summary><c>POST /v1/chat/completions</c></summary>
    Chat,
    /// <summary><c>POST /v1/completions</c>: a text is continued.</summary>
    Completions,
    /// <summary><c>POST /v1/embeddings</c></summary>
    Embeddings,
    /// <summary><c>POST /v1/tokenize</c>, in vLLM's shape: how many tokens a prompt or a conversation has, and which.</summary>
    Tokenize,
}

/// <summary>The names of <see cref="Operation"/>s.</summary>
public static class Operations
{
    /// <summary>As the ledger keeps it; null for chat, which nearly all rows are.</summary>
    public static string? Name(this Operation operation) => operation switch
    {
        Operation.Completions => "completions",
        Operation.Embeddings => "embeddings",
        Operation.Tokenize => "tokenize",
        _ => null,
    };

    /// <summary>Whether an answer may come as a stream of events.</summary>
    internal static bool MayStream(this Operation operation) => operation is Operation.Chat or Operation.Completions;
}
