namespace Causeway.Tests.Embedded;

/// <summary>Chat templates of our own in the manner of published ones: the same turns, switches and corners of the language, other words.</summary>
internal static class PublishedTemplates
{
    /// <summary>ChatML in one line; who says no system message gets one.</summary>
    public const string SmolLM2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a small model.<|im_end|>\n' }}{% endif %}" +
        "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    /// <summary>
    /// A dated head, two modes of reasoning that the system message may choose, tools in Hermes' form, turns marked for training; asks whether a
    /// text is in something that may not be defined.
    /// </summary>
    public const string SmolLM3 = """
        {# ── what is not said ── #}
        {%- if enable_thinking is not defined -%}
        {%- set enable_thinking = true -%}
        {%- endif -%}
        {%- if enable_thinking -%}
          {%- set mode = "/think" -%}
        {%- else -%}
          {%- set mode = "/no_think" -%}
        {%- endif -%}

        {{- "<|im_start|>system\n" -}}
        {%- if messages[0].role == "system" -%}
          {%- set told = messages[0].content -%}
          {%- if "/no_think" in told -%}
            {%- set mode = "/no_think" -%}
          {%- endif -%}
          {%- set orders = told.replace("/no_think", "").rstrip() -%}
        {%- endif -%}
        {%- if "/nothing_else" in told -%}
          {{- orders.replace("/nothing_else", "").rstrip() -}}
        {%- else -%}
          {%- set today = strftime_now("%d %B %Y") -%}
          {{- "Today: " ~ today ~ "\n" -}}
          {{- "Mode: " + mode + "\n\n" -}}
          {%- if orders -%}
            {{- orders + "\n\n" -}}
          {%- endif -%}
          {%- if xml_tools or tools -%}
            {%- set ns = namespace(text="Call these:\n<tools>\n") -%}
            {%- for tool in (xml_tools or tools)[:] -%}
              {%- set ns.text = ns.text ~ (tool | string) ~ "\n" -%}
            {%- endfor -%}
            {{- ns.text + "</tools>\nas <tool_call>\n{\"name\": <name>, \"arguments\": <object>}\n</tool_call>\n\n" -}}
          {%- endif -%}
        {%- endif -%}
        {{- "<|im_end|>\n" -}}
        {%- for message in messages -%}
            {%- set content = message.content if message.content is string else "" -%}
            {%- if message.role == "user" -%}
                {{ "<|im_start|>" + message.role + "\n" + content + "<|im_end|>\n" }}
            {%- elif message.role == "assistant" -%}
                {% generation %}
                {%- if mode == "/think" -%}
                    {{ "<|im_start|>assistant\n" + content.lstrip("\n") + "<|im_end|>\n" }}
                {%- else -%}
                    {{ "<|im_start|>assistant\n" + "<think>\n\n</think>\n" + content.lstrip("\n") + "<|im_end|>\n" }}
                {%- endif -%}
                {% endgeneration %}
            {%- elif message.role == "tool" -%}
                {{ "<|im_start|>" + "user\n" + content + "<|im_end|>\n" }}
            {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {%- if mode == "/think" -%}
                {{ "<|im_start|>assistant\n" }}
            {%- else -%}
                {{ "<|im_start|>assistant\n" + "<think>\n\n</think>\n" }}
            {%- endif -%}
        {%- endif -%}
        """;
}
