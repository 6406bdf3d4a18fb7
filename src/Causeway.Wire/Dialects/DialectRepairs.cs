namespace Causeway.Wire.Dialects;

/// <summary>What an answer's markup was forgiven. None: it kept its grammar to the letter.</summary>
[Flags]
public enum DialectRepairs
{
    None = 0,
    /// <summary>A call, its block or its reasoning began without its opening tag.</summary>
    MissingOpen = 1,
    /// <summary>A value, a call, its block or its reasoning was not closed.</summary>
    MissingClose = 2,
    /// <summary>A closing or opening tag came twice or closed nothing; it was left out.</summary>
    StrayTag = 4,
    /// <summary>Text stood inside a call; it went to the content.</summary>
    TextInCall = 8,
    /// <summary>A value did not fit its schema; it was passed on as JSON where it was JSON, else as a string.</summary>
    Untyped = 16,
    /// <summary>JSON was mended: quotes, commas, words of Python, brackets.</summary>
    MendedJson = 32,
    /// <summary>A call of a tool that the request does not offer; it was passed on.</summary>
    UnknownTool = 64,
    /// <summary>A call was left out because <see cref="DialectOptions.DiscardCalls"/> asks for it.</summary>
    CallDiscarded = 128,
    /// <summary>A call began within the reasoning and ended it.</summary>
    CallInReasoning = 256,
    /// <summary>Markup was spelled in a known wrong way: without its special tokens, with a doubled header, arguments as a string.</summary>
    Spelling = 512,
    /// <summary>One call stated a parameter twice; both are in its arguments.</summary>
    RepeatedParameter = 1024,
}
