namespace Causeway.Wire.Dialects;

/// <summary>A way in which open-weight models write tool calls as text. Spelled in specs and profiles as <see cref="DialectFamilies"/> says.</summary>
public enum DialectFamily
{
    /// <summary>DeepSeek V3.2 and V4: <c>&lt;｜DSML｜invoke name="f"&gt;</c>.</summary>
    Dsml,
    /// <summary>MiniMax M2 and later: <c>&lt;minimax:tool_call&gt;</c>.</summary>
    MiniMax,
    /// <summary>Qwen3-Coder, Qwen3.5 and later: <c>&lt;function=f&gt;</c>.</summary>
    Qwen3Coder,
    /// <summary>Qwen2.5, Qwen3, Hermes: JSON in <c>&lt;tool_call&gt;</c>.</summary>
    Hermes,
    /// <summary>Kimi K2 and K2.5: <c>&lt;|tool_call_begin|&gt;functions.f:0</c>.</summary>
    Kimi,
    /// <summary>gpt-oss: channels and recipients.</summary>
    Harmony,
    /// <summary>GLM-4.5 and later: <c>&lt;arg_key&gt;</c> and <c>&lt;arg_value&gt;</c>.</summary>
    Glm,
    /// <summary>Mistral, Ministral, Magistral, Devstral: <c>[TOOL_CALLS]</c>.</summary>
    Mistral,
    /// <summary>Llama 3: bare JSON with <c>name</c> and <c>parameters</c>.</summary>
    Llama,
}
